"""`vizora-setup.toml`, read line by line: a mistake costs its own line, and is named with its number.

TOML 1.0 with each value on the line of its key; anything longer is no setting of ours.
"""

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from edge.config import cloud_address, pairing_code
from edge.provision.network.facts import Wifi
from edge.provision.setup import model
from edge.provision.setup.model import Fault, Setup
from edge.settings_file import toml_lines

NAME = "vizora-setup.toml"
TOP, WIFI = "", "wifi"
KNOWN: dict[str, dict[str, Callable[[str], object]]] = {
    TOP: {
        "cloud_url": cloud_address,
        "pairing_code": pairing_code,
        "hostname": model.a_hostname,
        "timezone": model.a_timezone,
    },
    WIFI: {
        "ssid": model.an_ssid,
        "password": model.a_password,
        "country": model.a_country,
        "hidden": bool,
    },
}


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    table: str
    key: str
    value: object = None
    fault: str = ""


def read(text: str) -> tuple[Setup, tuple[Fault, ...]]:
    """What was understood, and everything that wasn't."""
    faults: list[Fault] = []
    good: dict[tuple[str, str], object] = {}
    tried: dict[tuple[str, str], int] = {}
    for line in _lines(text):
        place = line.table, line.key
        try:
            if place in tried:
                raise ValueError(f"is there twice (line {tried[place]}); the first one counts")
            if line.key in KNOWN[line.table]:
                tried[place] = line.number
            good[place] = _checked(line)
        except ValueError as error:
            named = f"{line.key} of [{line.table}]" if line.table and line.key else line.key
            faults.append(Fault(NAME, line.number, f"{named} {error}".strip()))
    wifi = {key: value for (table, key), value in good.items() if table == WIFI}
    top = {key: value for (table, key), value in good.items() if table == TOP}
    setup = Setup(**top, country=wifi.pop("country", None))  # type: ignore[arg-type]
    if "ssid" in wifi and ("password" in wifi or (WIFI, "password") not in tried):
        return replace(setup, wifi=Wifi(**wifi)), tuple(faults)  # type: ignore[arg-type]
    if wifi and (WIFI, "ssid") not in tried:
        first = min(number for (table, _), number in tried.items() if table == WIFI)
        faults.append(Fault(NAME, first, '[wifi] names no network; allowed: ssid = "its name"'))
    return setup, tuple(faults)


def _lines(text: str) -> Iterator[_Line]:
    table = TOP
    for number, raw, parsed in toml_lines(text):
        if parsed is None:
            named = raw.partition("=")[0].strip()
            if named in KNOWN.get(table, {}):
                yield _Line(number, table, named, fault='is not TOML; allowed: one line, as in hostname = "lobby"')
            else:
                yield _Line(number, TOP, "", fault='is not TOML; allowed: lines like hostname = "lobby"')
            continue
        for key, value in parsed.items():
            if value == {}:
                table = key
                if table not in KNOWN:
                    yield _Line(number, TOP, f"[{key}]", fault="is nothing we know; allowed: [wifi]")
            elif table in KNOWN:
                yield _Line(number, table, key, value)


def _checked(line: _Line) -> object:
    if line.fault:
        raise ValueError(line.fault)
    known = KNOWN[line.table]
    check = known.get(line.key)
    if check is None:
        near = difflib.get_close_matches(line.key, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"allowed: {', '.join(known)}"
        raise ValueError(f"is no setting; {hint}")
    if check is bool and isinstance(line.value, bool):
        return line.value
    if check is bool or not isinstance(line.value, str):
        raise ValueError(f"is of the wrong kind; allowed: {'true or false' if check is bool else 'a text in quotes'}")
    return check(line.value)

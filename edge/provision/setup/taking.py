"""Which files of the boot partition mean something, and what they say together. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

from edge.provision.network.names import shown
from edge.provision.setup import cloud_init, toml_lines
from edge.provision.setup.model import Fault, Setup, merged
from edge.provision.setup.redaction import redacted

READERS = {
    toml_lines.NAME: toml_lines.read,
    cloud_init.NETWORK: cloud_init.read_network_config,
    cloud_init.USER: cloud_init.read_user_data,
}
"""In the order in which they count: our own file before Imager's."""
MOST_BYTES = 65_536
REPORT = "vizora-setup-report.txt"
SUFFIX = ".taken"
"""Added to the name of a file that was taken."""


@dataclass(frozen=True, slots=True)
class Taken:
    setup: Setup
    faults: tuple[Fault, ...]


def read(files: Mapping[str, bytes]) -> Taken:
    """What the files say; of a setting that several have, the first file's counts."""
    setups, faults = [Setup()], []
    for name, reader in READERS.items():
        if name not in files:
            continue
        if len(files[name]) > MOST_BYTES:
            faults.append(Fault(name, 1, f"the file is too large; allowed: {MOST_BYTES} bytes"))
            continue
        setup, found = reader(_text(files[name]))
        setups.append(setup)
        faults += found
    return Taken(reduce(merged, setups), tuple(faults))


def digest(files: Mapping[str, bytes]) -> str:
    """The same before and after their secrets were taken out, so that a cut in between takes nothing twice."""
    joined = b"".join(name.encode() + b"\0" + redacted(files[name]) + b"\0" for name in sorted(files))
    return hashlib.sha256(joined).hexdigest()


def report(taken: Taken) -> str:
    """For whoever has the card in a reader: what was taken, and what could not be."""
    setup = taken.setup
    named = {
        "cloud": setup.cloud_url,
        "pairing code": "taken" if setup.pairing_code else None,
        "Wi-Fi": shown(setup.wifi.ssid) if setup.wifi else None,
        "country": setup.country,
        "host name": setup.hostname,
        "time zone": setup.timezone,
    }
    lines = [f"{name}: {value}" for name, value in named.items() if value] or ["nothing"]
    wrong = [str(fault) for fault in taken.faults] or ["nothing"]
    return "\n".join(
        ["Taken by this screen:", *(f"  {line}" for line in lines), "Wrong:", *(f"  {line}" for line in wrong), ""]
    )


def _text(content: bytes) -> str:
    """An editor that writes UTF-16, or another encoding, makes lines that are named as wrong."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    return content.decode("utf-8", "replace")

"""The device's settings: the environment, then what a setup file of the boot partition gave, then VIZORA_CONFIG's file.

What comes first wins.
"""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from edge.addresses import allowance
from edge.paths import DevicePaths
from edge.settings_file import Fault, Given, settings_of, told
from vizora.errors import OperatorError

PREFIX = "VIZORA_"
_T = TypeVar("_T")
FULLSCREEN = "fullscreen"


class VideoBackend(StrEnum):
    """Which library plays films."""

    AUTO = "auto"
    PYAV = "pyav"
    VLC = "vlc"


class Web(StrEnum):
    """Whether web pages are shown: `auto` where there is memory for a browser."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class DeviceConfig:
    paths: DevicePaths
    cloud_url: str
    """Without a slash at the end. Empty: a wrong setting leaves it unknown."""
    window: str
    """`fullscreen`, or a size in pixels as in `1280x720`."""
    plays_sync_ms: int
    poll_ms: int
    video_backend: VideoBackend
    diagnostics_port: int
    web: Web = Web.AUTO
    web_allow: str = ""
    """What web pages may reach besides public addresses; `edge.addresses` reads it."""
    pairing_code: str = field(default="", repr=False)
    """Made in the cloud beforehand, to be redeemed at the first start; empty: the screen shows a code of its own."""
    faults: tuple[Fault, ...] = ()
    """What was wrong, and counts as not set."""


class ConfigError(OperatorError):
    """One or more settings are wrong; the text has a line for each."""


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_absolute():
        raise ValueError("is not an absolute path; allowed: a path that starts with /")
    return path


def cloud_address(text: str) -> str:
    """Without a slash at the end. Raises ValueError."""
    allowed = "allowed: http://HOST[:PORT] or https://HOST[:PORT], with a path if the cloud has one"
    try:
        url = urlsplit(text)
        port_is_valid = url.port is None or url.port > 0
    except ValueError as error:
        raise ValueError(f"is not a URL ({error}); {allowed}") from error
    if url.scheme not in ("http", "https") or not url.hostname or not port_is_valid:
        raise ValueError(f"is not the URL of a cloud; {allowed}")
    if url.username or url.password or url.query or url.fragment or any(c.isspace() for c in text):
        raise ValueError(f"has more in it than an address; {allowed}")
    return text.rstrip("/")


def _window(text: str) -> str:
    size = re.fullmatch(r"([1-9]\d{1,4})x([1-9]\d{1,4})", text)
    if text != FULLSCREEN and size is None:
        raise ValueError(f"is no window; allowed: {FULLSCREEN}, or WIDTHxHEIGHT as in 1280x720")
    return text


def pairing_code(text: str) -> str:
    """A pairing code as people write it, or a fleet's enrolment token. What it says is not repeated: it is a secret.

    Raises ValueError.
    """
    code = re.sub(r"[\s-]", "", text) if len(text) < 12 else text
    if not re.fullmatch(r"[A-Za-z0-9._~-]{6,512}|", code):
        raise ValueError(
            "is no pairing code; allowed: the 6 or 8 characters, or the enrolment token, that the cloud gave"
        )
    return code


def _video_backend(text: str) -> VideoBackend:
    try:
        return VideoBackend(text)
    except ValueError:
        raise ValueError(f"is no video backend; allowed: {', '.join(VideoBackend)}") from None


def _port(text: str) -> int:
    if not re.fullmatch(r"\d{1,5}", text) or not 1024 <= int(text) <= 65_535:
        raise ValueError("is no port; allowed: a whole number from 1024 to 65535")
    return int(text)


def _web(text: str) -> Web:
    try:
        return Web(text)
    except ValueError:
        raise ValueError(f"is neither on nor off; allowed: {', '.join(Web)}") from None


def _allowed(text: str) -> str:
    allowance(text)
    return text


def _milliseconds(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"\d{1,12}", text) or not least <= int(text) <= most:
            raise ValueError(f"is out of range; allowed: whole milliseconds from {least} to {most}")
        return int(text)

    return parse


DEFAULTS = {
    "VIZORA_STATE_DIR": "/var/lib/vizora",
    "VIZORA_RUN_DIR": "/run/vizora",
    "VIZORA_CLOUD_URL": "http://127.0.0.1:3000",
    "VIZORA_WINDOW": FULLSCREEN,
    "VIZORA_PLAYS_SYNC_MS": "30000",
    "VIZORA_POLL_MS": "60000",
    "VIZORA_PAIRING_CODE": "",
    "VIZORA_VIDEO_BACKEND": VideoBackend.AUTO,
    "VIZORA_DIAGNOSTICS_PORT": "8088",
    "VIZORA_WEB": Web.AUTO,
    "VIZORA_WEB_ALLOW": "",
}
_SECRET = ("VIZORA_PAIRING_CODE",)
_FILE = "VIZORA_CONFIG"
_CLOUDS = ("VIZORA_DATA_DIR", "VIZORA_PUBLIC_URL", "VIZORA_REGISTRATION")
"""The cloud's own names (CONTRACT section 2): not ours, but no mistake on a machine that runs both."""


def load(environ: Mapping[str, str]) -> DeviceConfig:
    """The settings, checked, for whoever can mend them at once.

    Raises ConfigError naming every wrong setting: variable, value, fault, what is allowed.
    """
    config = read(environ)
    if config.faults:
        raise ConfigError("wrong settings:\n" + "\n".join(f"  {fault}" for fault in config.faults))
    return config


def read(environ: Mapping[str, str]) -> DeviceConfig:
    """The settings as far as they make sense. What is wrong counts as not set, and stands in `faults`.

    With a fault anywhere, the default cloud isn't taken: nobody knows whether it was meant.
    A name that looks like a misspelt one of ours is a fault too; other names are not ours to judge.
    """
    faults: list[Fault] = []
    from_setup = _from_setup(places(environ).setup_settings, faults)
    given = {**_from_file(environ.get(_FILE, ""), faults), **from_setup}
    for name, text in environ.items():
        if name in DEFAULTS and text:
            given[name] = Given(text, told(name, f"{name}={text!r}", secret=name in _SECRET))
        elif name.startswith(PREFIX):
            faults += _misspelt(name, (*DEFAULTS, _FILE, *_CLOUDS))

    def value(name: str, parse: Callable[[str], _T]) -> _T:
        if name in given:
            try:
                return parse(given[name].text)
            except ValueError as error:
                faults.append(given.pop(name).fault(error))
        return parse(DEFAULTS[name])

    config = DeviceConfig(
        paths=DevicePaths(state=value("VIZORA_STATE_DIR", _folder), run=value("VIZORA_RUN_DIR", _folder)),
        cloud_url=value("VIZORA_CLOUD_URL", cloud_address),
        window=value("VIZORA_WINDOW", _window),
        plays_sync_ms=value("VIZORA_PLAYS_SYNC_MS", _milliseconds(100, 600_000)),
        poll_ms=value("VIZORA_POLL_MS", _milliseconds(500, 3_600_000)),
        pairing_code=value("VIZORA_PAIRING_CODE", pairing_code),
        video_backend=value("VIZORA_VIDEO_BACKEND", _video_backend),
        diagnostics_port=value("VIZORA_DIAGNOSTICS_PORT", _port),
        web=value("VIZORA_WEB", _web),
        web_allow=value("VIZORA_WEB_ALLOW", _allowed),
    )
    if faults and "VIZORA_CLOUD_URL" not in given:
        config = replace(config, cloud_url="")
    return replace(config, faults=tuple(faults))


def files(environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Those that `read` reads, whether they are there or not."""
    named = environ.get(_FILE, "")
    return (places(environ).setup_settings, *([Path(named)] if named else []))


def places(environ: Mapping[str, str]) -> DevicePaths:
    """Where things lie, by the environment alone: for what runs before any settings file can be trusted."""
    state, run = (environ.get(name) or DEFAULTS[name] for name in ("VIZORA_STATE_DIR", "VIZORA_RUN_DIR"))
    return DevicePaths(state=Path(state), run=Path(run))


def _from_setup(path: Path, faults: list[Fault]) -> dict[str, Given]:
    """Nothing where no setup file was taken, and where the folder isn't ours to look into."""
    try:
        is_there = path.exists()
    except OSError:
        return {}
    return _from_file(str(path), faults) if is_there else {}


def _from_file(named: str, faults: list[Fault]) -> dict[str, Given]:
    """`cloud_url = "…"` in the file is VIZORA_CLOUD_URL in the environment, and so on."""
    if not named:
        return {}
    try:
        text = Path(named).read_bytes().decode("utf-8", "replace")
    except OSError as error:
        faults.append(Fault(f"{_FILE}={named!r} can't be read ({error.strerror}); allowed: a readable TOML file"))
        return {}
    given, wrong = settings_of(text, named, {name.removeprefix(PREFIX).lower(): name for name in DEFAULTS}, _SECRET)
    faults += wrong
    return given


def _misspelt(name: str, known: tuple[str, ...]) -> list[Fault]:
    if name in known:
        return []
    near = difflib.get_close_matches(name.removeprefix(PREFIX), [k.removeprefix(PREFIX) for k in known], n=1)
    return [Fault(f"{name} is no setting; did you mean {PREFIX}{near[0]}?")] if near else []

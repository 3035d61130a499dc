"""Reading one variable at a time and remembering what was wrong, so that one message can name it all."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from difflib import get_close_matches
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from vizora.errors import OperatorError

SECRET_CHARACTERS = 32
SAMPLES = ("changeme", "change-me", "change_me", "your-", "example", "secret-key", "please-change", "placeholder")
LOOPBACK_ADDRESSES = ("127.0.0.1", "::1")
LOOPBACK = (*LOOPBACK_ADDRESSES, "localhost")
"""This very machine: what others can't reach, and what nobody overhears."""
NEAR = 0.88
"""How alike two names are of which one is taken for the other, misspelt (difflib's ratio)."""
SCREENS_OWN = ("VIZORA_STATE_DIR", "VIZORA_CLOUD_URL")
"""A screen's settings, on a machine that has both."""
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Registration(StrEnum):
    """Who may make a new organization (CONTRACT section 3)."""

    OPEN = "open"
    TOKEN = "token"  # noqa: S105 - the name of a mode
    CLOSED = "closed"


class WrongSettingsError(OperatorError):
    """One message for all wrong variables: name, fault, what is allowed. Never the value of a secret."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("Wrong settings:\n" + "\n".join(f"  {fault}" for fault in faults))


class Settings:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._known: set[str] = set()
        self.faults: list[str] = []

    def wrong(self, name: str, fault: str, allowed: str) -> None:
        self.faults.append(f"{name} {fault}; allowed: {allowed}.")

    def text(self, name: str) -> str | None:
        """The value of NAME, or the content of the file that NAME_FILE names; None when unset or empty."""
        self._known |= {name, f"{name}_FILE"}
        value = self._environ.get(name, "").strip()
        path = self._environ.get(f"{name}_FILE", "").strip()
        if not path:
            return value or None
        if value:
            self.wrong(name, f"and {name}_FILE are both set", "one of the two")
            return None
        try:
            return Path(path).read_text(encoding="utf-8").strip() or None
        except (OSError, UnicodeDecodeError) as fault:
            reason = fault.strerror if isinstance(fault, OSError) else "it is not text"
            self.wrong(f"{name}_FILE", f"names {path!r}, which can't be read ({reason})", "a readable text file")
            return None

    def port(self, name: str, default: int) -> int:
        port = self.optional_port(name)
        return default if port is None else port

    def optional_port(self, name: str) -> int | None:
        value = self.text(name)
        if value is None:
            return None
        if value.isascii() and value.isdigit() and int(value) <= 65535:
            return int(value)
        self.wrong(name, f"is {value!r}, which is no port", "a whole number from 0 (any free port) to 65535")
        return None

    def url(self, name: str) -> str | None:
        value = self.text(name)
        if value is None or _is_web_address(value):
            return value and value.rstrip("/")
        self.wrong(name, f"is {value!r}, which is no web address", "as in https://signage.example.org")
        return None

    def site(self, name: str) -> str | None:
        """Where people find the cloud: an address without a path, for it has its host to itself."""
        value = self.url(name)
        if value is None or not (urlsplit(value).path or urlsplit(value).query or urlsplit(value).fragment):
            return value
        self.wrong(name, f"is {value!r}, which has a path", "a host of its own, as in https://signage.example.org")
        return None

    def networks(self, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """Addresses, and networks as in 10.0.0.0/8."""
        given = [part.strip() for part in (self.text(name) or "").split(",") if part.strip()]
        for part in given:
            try:
                ip_network(part, strict=False)
            except ValueError:
                self.wrong(name, f"has {part!r}, which is no address", "a comma list as in 10.0.0.5,192.168.7.0/24")
        return tuple(given) or default

    def refuse_misspelt(self) -> None:
        """What is nearly called like a setting that is not set: POSTGRES_URI would else be SQLite without a word."""
        unset = [name for name in self._known if not self._environ.get(name)]
        for name in self._environ.keys() - self._known:
            near = get_close_matches(name, unset, n=1, cutoff=NEAR)
            if near and name not in SCREENS_OWN:
                self.wrong(name, "is no setting", f"{near[0]}, if that is what is meant")

    def origins(self, name: str) -> tuple[str, ...]:
        origins = [part.strip() for part in (self.text(name) or "").split(",") if part.strip()]
        for origin in origins:
            if not _is_web_address(origin) or urlsplit(origin).path:
                self.wrong(
                    name,
                    f"has {origin!r}, which is no origin",
                    "a comma list as in https://a.example,https://b.example",
                )
        return tuple(origins)

    def secret(self, name: str, *, required: bool) -> str | None:
        """At least 32 characters and no sample value. The message never shows it."""
        value = self.text(name)
        allowed = f"at least {SECRET_CHARACTERS} random characters, as `openssl rand -hex 32` gives"
        if value is None:
            if required and not any(fault.startswith(name) for fault in self.faults):
                self.wrong(name, "is not set, but POSTGRES_URL is", allowed)
        elif len(value) < SECRET_CHARACTERS:
            self.wrong(name, f"has {len(value)} characters", allowed)
        elif any(sample in value.lower() for sample in SAMPLES) or len(set(value)) < 8:
            self.wrong(name, "is a sample value", allowed)
        return value

    def with_prefix(self, name: str, prefixes: tuple[str, ...], *, needs: str) -> str | None:
        """A key that its maker begins in a known way, and that is of no use without another one."""
        value = self.text(name)
        if value is None:
            return None
        if not value.startswith(prefixes):
            self.wrong(name, "is no such key", f"one that begins with {' or '.join(prefixes)}")
        if self.text(needs) is None:
            self.wrong(name, f"is set, but {needs} is not", "both or neither")
        return value

    def duration(self, name: str, default: timedelta) -> timedelta:
        value = self.text(name)
        if value is None:
            return default
        match = re.fullmatch(r"([1-9]\d{0,5})([smhd])", value)
        if match:
            return timedelta(**{UNITS[match[2]]: int(match[1])})
        self.wrong(name, f"is {value!r}, which is no duration", "a number and s, m, h or d, as in 7d")
        return default

    def choice(self, name: str, allowed: Sequence[str], default: str) -> str:
        value = self.text(name)
        if value is None or value in allowed:
            return value or default
        self.wrong(name, f"is {value!r}", f"{', '.join(allowed[:-1])} or {allowed[-1]}")
        return default


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False

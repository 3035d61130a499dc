"""The country the device is in: it decides which Wi-Fi channels may be used. Asked before anything else."""

import logging
import subprocess
from functools import cache
from importlib import resources

import msgspec

from edge.files import write_durably
from edge.paths import DevicePaths
from edge.status import SetupKept, read_status
from vizora.manifest.model import Value

log = logging.getLogger(__name__)


class Choices(Value, frozen=True):
    """`network/choices.json`: what was chosen at the portal."""

    country: str
    instead_of: str | None = None
    """What the setup file had said then; when it says something else now, that counts."""


@cache
def countries() -> dict[str, str]:
    """Code (ISO 3166) and name of each country, by name; from the pinned tzdata."""
    table = resources.files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    rows = [line.split("\t")[:2] for line in table.splitlines() if line and not line.startswith("#")]
    return {row[0]: row[1] for row in sorted(rows, key=lambda row: row[1].casefold())}


def known(paths: DevicePaths) -> str | None:
    """The country somebody named, at the portal or in a setup file."""
    kept, choices = read_status(paths.setup_kept, SetupKept), read_status(paths.network_choices, Choices)
    of_setup = kept.country if kept else None
    return choices.country if choices is not None and choices.instead_of == of_setup else of_setup


def choose(paths: DevicePaths, country: str) -> None:
    """Raises OSError."""
    kept = read_status(paths.setup_kept, SetupKept)
    paths.network_choices.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    write_durably(paths.network_choices, msgspec.json.encode(Choices(country, kept.country if kept else None)))


def regulate(country: str) -> None:
    """Tells the kernel, which else allows what is allowed everywhere. Raises nothing: Wi-Fi works without it too."""
    try:
        subprocess.run(["iw", "reg", "set", country], check=True, capture_output=True, timeout=10)
    except (OSError, subprocess.SubprocessError) as error:
        log.warning("the country %s can't be set: %s", country, error)

"""The sentences of stuck states (VZ-1xx): what a person before the screen can do something about."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from edge.http import Fault, UnreachableError
from edge.settings_file import Fault as SettingFault
from edge.status import SETUP_MISTAKE, WRONG_SETTING, Problem, SetupKept


def unreachable(cloud_url: str, error: UnreachableError) -> Problem:
    host = urlsplit(cloud_url).netloc
    if error.fault is Fault.NAME:
        return Problem("VZ-105", f"The network's name service doesn't know {host}. Trying again.")
    if error.fault is Fault.PORTAL:
        return Problem("VZ-104", f"This network wants a sign-in page, or something else answers for {host}.")
    return Problem("VZ-107", f"The cloud isn't reachable ({error}). Trying again.")


def wrong_clock(now: datetime, server_time: datetime) -> Problem:
    return Problem(
        "VZ-106",
        f"The clock is wrong: it shows {now:%Y-%m-%d %H:%M}, the cloud has {server_time:%Y-%m-%d %H:%M} (UTC).",
    )


def clock_not_set(now: datetime) -> Problem:
    return Problem("VZ-106", f"The clock isn't set yet: it shows {now:%Y-%m-%d %H:%M} (UTC). Waiting for the time.")


def of_setup_files(kept: SetupKept | None) -> Problem | None:
    """What was wrong in the files of the boot partition: the first mistake, and how many more there are."""
    if kept is None or not kept.faults:
        return None
    others = len(kept.faults) - 1
    more = f" And {others} more: vizora-setup-report.txt on the card names them." if others else ""
    return Problem(SETUP_MISTAKE, f"{kept.faults[0]}.{more}")


def of_settings(faults: Sequence[SettingFault]) -> Problem | None:
    """The first wrong setting, and how many more there are."""
    if not faults:
        return None
    more = f" And {len(faults) - 1} more: the diagnostics page names them." if len(faults) > 1 else ""
    return Problem(WRONG_SETTING, f"{faults[0].on_glass()}.{more}")


def storage_full(needed: int, free: int) -> Problem:
    return Problem("VZ-112", f"Storage is full: the next file needs {_megabytes(needed)}, {_megabytes(free)} are free.")


def storage_failing(error: OSError) -> Problem:
    return Problem("VZ-112", f"Storage can't be written ({error.strerror or error}); what is here plays on.")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"

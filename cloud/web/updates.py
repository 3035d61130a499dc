"""What a screen's page says of its system: which one runs, and what comes of the newest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cloud.web.speech import N_, _

BAD = ("tried", "halted", "refused", "fell-back")
WORDS = {
    "newest": N_("Up to date."),
    "off": N_("Updates are switched off."),
    "offered": N_("Version %(version)s is offered to it now."),
    "window": N_("Version %(version)s comes in the maintenance window."),
    "later": N_("Version %(version)s comes later: other screens go first."),
    "unconfirmed": N_("Version %(version)s waits: the system that runs has to prove itself first."),
    "halted": N_("Version %(version)s was stopped: it made trouble on screens."),
    "tried": N_("Version %(version)s did not work on this screen."),
    "taken": N_("Version %(version)s is being installed."),
    "fell-back": N_("Version %(version)s was started and did not work: the one before runs again."),
    "refused": N_("Version %(version)s could not be installed."),
}
CHANNELS = {"stable": N_("Stable"), "beta": N_("Beta: what is new first"), "off": N_("No updates")}


@dataclass(frozen=True, slots=True)
class Told:
    version: str
    board: str
    sentence: str
    is_bad: bool
    detail: str
    """In the screen's own words, which are English."""
    may_ask: bool
    """Whether somebody may say that it should be now."""


def told(update: Mapping[str, Any]) -> Told | None:
    """None for a screen that can't update itself."""
    if update["board"] is None:
        return None
    last = update["last"] or {}
    key, version, detail = update["why"], update["newest"], update["doing"]
    under_way = last.get("outcome") == "taken" and last["version"] != update["version"]
    is_the_last = key == "tried" and last.get("version") == version
    if under_way or is_the_last:
        key, version, detail = last["outcome"], last["version"], last["why"]
    return Told(
        version=update["version"],
        board=update["board"],
        sentence=_(WORDS[key], version=version) if version else _(WORDS[key]),
        is_bad=key in BAD,
        detail=detail,
        may_ask=key in ("offered", "window", "later"),
    )


def channels() -> list[tuple[str, str]]:
    return [(channel, _(name)) for channel, name in CHANNELS.items()]

"""The device's own services, its pairing, and the programme it plays."""

from collections.abc import Iterator

from edge.diagnostics.causes import Cause, Finding, fault, note, warning
from edge.diagnostics.facts import Facts, Life, Service
from edge.status import SAFE_MODE, WRONG_SETTING, CacheState, PairingState
from vizora.schedule.reasons import SourceKind

STARTING_S = 60.0
"""A device that has just been switched on may still be starting its services."""
SILENT_S = 30.0
FRESH_S = 15.0
CORRECT = "Correct the file; after a change on the card or disk itself (vizora.toml) start the device again."
RESTARTED = "It is started again by itself; if it stays so, restart the device and send a support bundle."


def settings(facts: Facts) -> Iterator[Finding]:
    """A warning where the cloud is known all the same: then the screen does its work."""
    if facts.wrong_settings:
        judged = warning if facts.cloud_url else fault
        yield judged(
            Cause.SETTINGS_WRONG,
            f"Wrong settings, which count as not set: {'; '.join(facts.wrong_settings)}.",
            CORRECT,
            WRONG_SETTING,
        )


def player(facts: Facts) -> Iterator[Finding]:
    if _is_gone(facts, facts.player):
        yield fault(Cause.PLAYER_DEAD, "The player is not running: nothing draws on the screen.", RESTARTED)
    elif _is_hung(facts.player):
        yield fault(
            Cause.PLAYER_HUNG,
            f"The player hangs: it has said nothing for {facts.player.status_age_s:.0f} s.",
            RESTARTED,
        )


def safe_mode(facts: Facts) -> Iterator[Finding]:
    """A warning while it plays all but what it leaves out."""
    status = facts.player_status
    if status is not None and status.problem is not None and status.problem.code == SAFE_MODE:
        judged = warning if status.state == "playing" else fault
        yield judged(
            Cause.SAFE_MODE,
            status.problem.sentence,
            "Publish without what was on then, which ends the safe mode at once. Send a support bundle.",
            SAFE_MODE,
        )


def cache(facts: Facts) -> Iterator[Finding]:
    if _is_gone(facts, facts.cache):
        yield fault(
            Cause.CACHE_DEAD, "The cache is not running: nothing new is fetched, and plays are not sent.", RESTARTED
        )
    elif _is_hung(facts.cache):
        yield fault(
            Cause.CACHE_HUNG, f"The cache hangs: it has said nothing for {facts.cache.status_age_s:.0f} s.", RESTARTED
        )


def provision(facts: Facts) -> Iterator[Finding]:
    if _is_gone(facts, facts.provision):
        judged = warning if facts.is_paired else fault
        yield judged(
            Cause.PROVISION_DEAD, "The pairing service is not running: this device can't be paired anew.", RESTARTED
        )


def pairing(facts: Facts) -> Iterator[Finding]:
    told, cache_status = facts.pairing_status, facts.cache_status
    problem = told.problem if told else None
    if cache_status is not None and cache_status.state is CacheState.REVOKED:
        yield fault(
            Cause.REMOVED,
            "This screen was removed from its organization: the cloud no longer takes its token.",
            "Add it again by the code it shows.",
            "VZ-109",
        )
    elif facts.is_paired or told is None:
        return
    elif told.state is PairingState.FAILED and problem is not None:
        yield fault(Cause.PAIRING_FAILED, problem.sentence, "It keeps trying by itself.", problem.code)
    elif told.state is PairingState.WAITING:
        yield note(Cause.NOT_PAIRED, "This screen is not paired yet: it shows a code.", "Add it by that code.")


def manifest(facts: Facts) -> Iterator[Finding]:
    told, content = facts.cache_status, facts.content
    if content.fault is not None:
        yield fault(
            Cause.MANIFEST_UNREADABLE,
            f"The stored programme can't be used: {content.fault}",
            "Sync now: it is fetched again.",
        )
    elif told is not None and told.state is CacheState.REFUSED and told.problem is not None:
        yield fault(
            Cause.MANIFEST_REFUSED,
            told.problem.sentence,
            "Publish again. If it stays so, something between cloud and screen changes what is sent.",
            told.problem.code,
        )
    elif facts.is_paired and content.version is None and (told is None or told.wanted is None):
        yield note(
            Cause.NO_MANIFEST,
            "This screen is paired; nothing has been published to it yet.",
            "Publish something to it.",
        )


def files(facts: Facts) -> Iterator[Finding]:
    content = facts.content
    if content.damaged:
        yield fault(
            Cause.ASSET_DAMAGED,
            f"A file is damaged on the disk: {_named(content.damaged)}.",
            "The cache finds it within a day and fetches it again. If it comes back, the card is failing.",
        )
    if content.missing:
        yield fault(
            Cause.ASSET_MISSING,
            f"A file is not on this device: {_named(content.missing)}.",
            "It is fetched again as soon as the cloud is reached; sync now tries at once.",
        )


def playing(facts: Facts) -> Iterator[Finding]:
    content = facts.content
    if content.unplayable:
        yield fault(
            Cause.DECODER_FAILING,
            f"The decoder fails on {_named(content.unplayable)}; its file is here and whole."
            if content.hashed
            else f"The decoder fails on {_named(content.unplayable)}.",
            "Restart the player. If it stays so, export the file anew, as H.264 or JPEG, and publish it.",
        )
    if content.unsupported:
        yield warning(
            Cause.NOT_SUPPORTED,
            f"This screen can't show {_named(content.unsupported)}.",
            "Take it out of the playlist.",
        )


def staleness(facts: Facts) -> Iterator[Finding]:
    told = facts.cache_status
    if told is not None and told.stale:
        contact = "never" if told.last_contact_at is None else f"{told.last_contact_at:%Y-%m-%d %H:%M} (UTC)"
        yield warning(
            Cause.MANIFEST_STALE,
            f"The programme is stale: version {told.manifest_version}, last word from the cloud {contact}.",
            "It plays on. Look why the cloud was not reached, then sync now.",
        )


def plays(facts: Facts) -> Iterator[Finding]:
    told = facts.cache_status
    if told is not None and told.plays_dropped:
        yield warning(
            Cause.PLAYS_LOST,
            f"{told.plays_dropped} plays were lost on this device before the cloud could count them.",
            "Storage was full or damaged while it was long offline; see the other findings.",
        )


def programme(facts: Facts) -> Iterator[Finding]:
    content = facts.content
    if content.version is not None and content.fault is None and content.source is SourceKind.NONE:
        then = "" if content.next_change is None else f" until {content.next_change:%Y-%m-%d %H:%M} (UTC)"
        yield note(
            Cause.NOTHING_SCHEDULED,
            f"Nothing is scheduled now{then}.",
            "Give the screen a fallback playlist, or a schedule for this time.",
        )


def _is_gone(facts: Facts, service: Service) -> bool:
    """No socket, and nothing written lately: one that waits for a display, for one, writes before it has a socket."""
    is_starting = facts.machine.uptime_s is not None and facts.machine.uptime_s < STARTING_S
    is_writing = service.status_age_s is not None and service.status_age_s < FRESH_S
    return service.life is Life.GONE and not is_starting and not is_writing


def _is_hung(service: Service) -> bool:
    return service.life is Life.BUSY and service.status_age_s is not None and service.status_age_s > SILENT_S


def _named(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"

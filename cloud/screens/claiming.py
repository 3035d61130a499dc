"""A person adds a screen: `POST /api/devices/pair`, with the QR's claim key or a typed code and the screen's number."""

import secrets

from sqlalchemy import select, update

from cloud.accounts.tokens import fingerprint
from cloud.attempts import Limit, count_one, hold, seconds_to_wait
from cloud.bodies import Body
from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call, Reply
from cloud.problems import FieldError, Problem, refuse, slow_down
from cloud.screens import breaker, codes
from cloud.screens.devices import show_one
from cloud.screens.enlisting import Hardware, Wishes, enlist
from cloud.screens.pairing import State, topic
from vizora.schedule.zones import zone_names

TRIES = 3
LIMITS = {
    "code-user": (Limit(5, 15 * 60), Limit(20, 24 * 3600)),
    "code-organization": (Limit(50, 24 * 3600),),
    "code-ip": (Limit(30, 3600),),
}
"""Wrong codes: per person, organization and address; in all there is `cloud.screens.breaker`."""


class Claim(Body, frozen=True):
    code: str
    claim_key: str | None = None
    confirmation: str | None = None
    nickname: str | None = None
    location: str | None = None
    timezone: str | None = None
    replace_device_id: str | None = None


class Look(Body, frozen=True):
    code: str
    claim_key: str


def claim(call: Call, unit: Unit) -> Reply:
    """200 with the screen; 202 when the number on the screen is needed too; DEVICE_001 for anything but a live code."""
    wanted: Claim = call.body
    _check(wanted)
    pairing = _live(call, unit, wanted.code, has_key=wanted.claim_key is not None)
    if isinstance(pairing, Reply):
        return pairing
    if wanted.claim_key is not None:
        if not _is_claim_key(wanted.claim_key, pairing):
            return _wrong(call, unit)
    elif wanted.confirmation is None or pairing["user_id"] != call.user.id or pairing["confirmation"] is None:
        return _ask_for_number(call, unit, pairing)
    elif not secrets.compare_digest(wanted.confirmation.strip().encode(), pairing["confirmation"].encode()):
        return _wrong_number(call, unit, pairing)
    return _claim(call, unit, wanted, pairing)


def look(call: Call, unit: Unit) -> Reply:
    """What the QR belongs to, for the page that asks "add this screen?"; nothing is claimed."""
    wanted: Look = call.body
    pairing = _live(call, unit, wanted.code, has_key=True)
    if isinstance(pairing, Reply):
        return pairing
    if not _is_claim_key(wanted.claim_key, pairing):
        return _wrong(call, unit)
    return Reply({"device": _hardware_shown(pairing), "expiresIn": _seconds_left(unit, pairing)})


def expired() -> Problem:
    return Problem(
        404, "DEVICE_001", "This pairing code is wrong or has expired: look at the screen for the current one."
    )


def _check(wanted: Claim) -> None:
    errors = [
        FieldError(field, "must have at most 200 characters")
        for field, value in (("/nickname", wanted.nickname), ("/location", wanted.location))
        if value is not None and len(value) > 200
    ]
    if wanted.timezone is not None and wanted.timezone not in zone_names():
        errors.append(FieldError("/timezone", "must be an IANA time zone, as in Europe/Berlin"))
    refuse(errors)


def _live(call: Call, unit: Unit, text: str, *, has_key: bool) -> Row | Reply:
    """The pairing that shows this code now, or the answer for one that doesn't exist or is over."""
    counted_for = _counted_for(call)
    hold(unit, counted_for)
    wait = max(seconds_to_wait(unit, kind, counted_for[kind], limits) for kind, limits in LIMITS.items())
    if wait:
        raise slow_down(wait, "wrong pairing codes or numbers")
    pairings = tables.pairings
    code = codes.read_user_code(text)
    if not has_key:
        breaker.refuse_short(unit, code)
    pairing = unit.row(select(pairings).where(pairings.c.live_code == code).with_for_update())
    if pairing is None:
        known = unit.row(select(pairings.c.id).where(pairings.c.user_code == code))
        return Reply.of(expired()) if known else _wrong(call, unit)
    if pairing["expires_at"] <= unit.now:
        return Reply.of(expired())
    return pairing


def _counted_for(call: Call) -> dict[str, str]:
    return {
        "code-user": call.user.id,
        "code-organization": call.user.organization_id,
        "code-ip": call.network,
        breaker.KIND: "",
    }


def _wrong(call: Call, unit: Unit) -> Reply:
    for kind, key in _counted_for(call).items():
        count_one(unit, kind, key)
    return Reply.of(expired())


def _is_claim_key(text: str, pairing: Row) -> bool:
    return secrets.compare_digest(fingerprint(text), pairing["claim_key_hash"])


def _ask_for_number(call: Call, unit: Unit, pairing: Row) -> Reply:
    """A typed code may be a guessed one: its screen shows a number, and only who sees it goes on."""
    if pairing["user_id"] != call.user.id or pairing["confirmation"] is None:
        _set(
            unit, pairing, state=State.CONFIRMING, user_id=call.user.id, confirmation=codes.confirmation(),
            confirmation_told=False,
        )  # fmt: skip
        unit.told.topics.append(topic(pairing["id"]))
    return Reply(
        {
            "confirmationRequired": True,
            "device": _hardware_shown(pairing),
            "triesLeft": TRIES - pairing["tries"],
            "expiresIn": _seconds_left(unit, pairing),
        },
        status=202,
    )


def _wrong_number(call: Call, unit: Unit, pairing: Row) -> Reply:
    tries = pairing["tries"] + 1
    over = {"state": State.DENIED, "live_code": None} if tries >= TRIES else {}
    _set(unit, pairing, tries=tries, **over)
    unit.told.topics.append(topic(pairing["id"]))
    for kind, key in _counted_for(call).items():
        count_one(unit, kind, key)
    left = TRIES - tries
    more = f"{left} more {'try' if left == 1 else 'tries'}"
    detail = f"That is not the number on the screen; {more}." if left else "Three wrong numbers: start anew."
    return Reply.of(Problem(400, "DEVICE_001", detail, details={"triesLeft": left}))


def _claim(call: Call, unit: Unit, wanted: Claim, pairing: Row) -> Reply:
    hardware = Hardware(
        pairing["device_identifier"],
        pairing["public_key"],
        pairing["model"],
        pairing["resolution"],
        pairing["software_version"],
    )
    wishes = Wishes(wanted.nickname, wanted.location, wanted.timezone, wanted.replace_device_id)
    device_id = enlist(unit, hardware, wishes)
    _set(
        unit, pairing, state=State.CLAIMED, live_code=None, organization_id=unit.organization_id,
        user_id=call.user.id, device_id=device_id,
    )  # fmt: skip
    unit.told.topics.append(topic(pairing["id"]))
    return Reply({"device": show_one(call.cloud, unit, device_id)}, subject=device_id)


def _set(unit: Unit, pairing: Row, **values: object) -> None:
    pairings = tables.pairings
    unit.connection.execute(update(pairings).where(pairings.c.id == pairing["id"]).values(**values))


def _hardware_shown(pairing: Row) -> dict[str, str]:
    return {
        "deviceIdentifier": pairing["device_identifier"],
        "model": pairing["model"],
        "resolution": pairing["resolution"],
        "softwareVersion": pairing["software_version"],
    }


def _seconds_left(unit: Unit, pairing: Row) -> int:
    return int((pairing["expires_at"] - unit.now).total_seconds())

"""A device asks to be paired and waits for it: `POST /api/pairing`, `POST /api/pairing/token` (RFC 8628)."""

import asyncio
import base64
import binascii
from datetime import timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import func, insert, select, update
from starlette.responses import Response

from cloud.accounts.tokens import fingerprint
from cloud.attempts import Limit, count_one, seconds_to_wait
from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call, Reply
from cloud.problems import FieldError, Problem, refuse, slow_down
from cloud.screens import breaker, codes
from cloud.screens.enlisting import hand_over
from vizora.device_api import PairingRequest, TokenRequest

EXPIRES_S = 300
INTERVAL_MS = 2_000
SLOWER_MS = 5_000
LOOK_EVERY_S = 2.0
GRACE = timedelta(seconds=60)
"""How long after its code expired a screen that was claimed in time may still fetch its token."""
TOLERANCE = 0.9
"""A poll counts as too early when less than this part of the interval has passed: clocks and networks are not exact."""
IP_LIMITS = (Limit(300, 3600),)
LIVE_CODES = 10_000
"""More at once would make guessing one of them too easy (promise P20)."""


class State(StrEnum):
    PENDING = "pending"
    CONFIRMING = "confirming"
    CLAIMED = "claimed"
    DENIED = "denied"
    DONE = "done"


def start(call: Call, unit: Unit) -> Reply:
    wanted: PairingRequest = call.body
    _check(wanted)
    retire_expired(unit)
    wait = seconds_to_wait(unit, "pairing-ip", call.network, IP_LIMITS)
    live = _live_codes(unit)
    if wait or live >= LIVE_CODES:
        raise slow_down(wait or 60)
    count_one(unit, "pairing-ip", call.network)
    pairings = tables.pairings
    unit.connection.execute(  # a device has one code at a time
        update(pairings)
        .where(pairings.c.public_key == wanted.public_key, pairings.c.state.in_((State.PENDING, State.CONFIRMING)))
        .values(live_code=None, expires_at=unit.now)
    )
    code = free_code(unit, breaker.characters(unit, live))
    device_code, claim_key = codes.device_code(), codes.claim_key()
    unit.connection.execute(
        insert(pairings).values(
            id=new_id(),
            device_code_hash=fingerprint(device_code),
            user_code=code,
            live_code=code,
            claim_key_hash=fingerprint(claim_key),
            device_identifier=wanted.device_identifier,
            public_key=wanted.public_key,
            model=wanted.model[:200],
            resolution=wanted.resolution[:40],
            software_version=wanted.software_version[:60],
            ip_address=call.ip,
            state=State.PENDING,
            created_at=unit.now,
            expires_at=unit.now + timedelta(seconds=EXPIRES_S),
            interval_ms=INTERVAL_MS,
        )
    )
    page = f"{call.cloud.config.public_url}/pair"
    return Reply(
        {
            "deviceCode": device_code,
            "userCode": code,
            "verificationUri": page,
            # In the fragment: browsers keep it to themselves, so neither proxies nor logs see it.
            "verificationUriComplete": f"{page}#code={code}&claimKey={claim_key}",
            "expiresIn": EXPIRES_S,
            "interval": INTERVAL_MS // 1000,
        },
        status=201,
    )


async def token(call: Call) -> Response:
    """Answers at once when there is something to say, else waits for it up to 25 s."""
    wanted: TokenRequest = call.body
    pairing = await call.cloud.read(lambda unit: _by_device_code(unit, wanted.device_code))
    if pairing is None:
        raise refusal("expired_token", "This code is unknown or has expired: ask for a new one.")
    loop = asyncio.get_running_loop()
    until = loop.time() + call.cloud.config.long_poll_s
    polled = True
    while True:
        with call.cloud.hub.listening(topic(pairing["id"])) as news:
            answer = await call.write(partial(_answer, call, pairing["id"], polled))
            if answer is not None:
                return answer.response()
            if loop.time() >= until or call.cloud.hub.closing:
                return (await call.write(partial(_still_pending, pairing["id"]))).response()
            # Another process may have the news: look now and then even if nobody calls.
            await asyncio.wait([news], timeout=min(LOOK_EVERY_S, until - loop.time()))
            polled = False


def topic(pairing_id: str) -> str:
    return f"pairing:{pairing_id}"


def retire_expired(unit: Unit) -> None:
    """Codes that ran out may be given to others."""
    for table in (tables.pairings, tables.pairing_codes):
        unit.connection.execute(
            update(table).where(table.c.live_code.is_not(None), table.c.expires_at <= unit.now).values(live_code=None)
        )


def free_code(unit: Unit, characters: int) -> str:
    """A user code that no living pairing has."""
    while True:
        code = codes.user_code(characters)
        if not any(
            unit.row(select(table.c.id).where(table.c.live_code == code))
            for table in (tables.pairings, tables.pairing_codes)
        ):
            return code


def refusal(error: str, detail: str, **members: Any) -> Problem:
    """A problem with RFC 6749's `error`, which is what devices look at."""
    return Problem(400, "DEVICE_001", detail, error=error, **members)


def _check(wanted: PairingRequest) -> None:
    errors = []
    if not 1 <= len(wanted.device_identifier) <= 200:
        errors.append(FieldError("/deviceIdentifier", "must have 1 to 200 characters"))
    if not is_public_key(wanted.public_key):
        errors.append(FieldError("/publicKey", "must be the base64 of 32 bytes, an Ed25519 public key"))
    refuse(errors)


def is_public_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == 32
    except (binascii.Error, ValueError):
        return False


def _live_codes(unit: Unit) -> int:
    pairings = tables.pairings
    return (
        unit.connection.scalar(select(func.count()).select_from(pairings).where(pairings.c.live_code.is_not(None))) or 0
    )


def _by_device_code(unit: Unit, device_code: str) -> Row | None:
    pairings = tables.pairings
    return unit.row(select(pairings).where(pairings.c.device_code_hash == fingerprint(device_code)))


def _answer(call: Call, pairing_id: str, polled: bool, unit: Unit) -> Reply | None:
    """What there is to say now; None when the device has to wait on."""
    pairings = tables.pairings
    pairing = unit.row(select(pairings).where(pairings.c.id == pairing_id).with_for_update())
    assert pairing is not None
    this = update(pairings).where(pairings.c.id == pairing_id)
    if polled and _too_early(unit, pairing):
        unit.connection.execute(this.values(interval_ms=pairing["interval_ms"] + SLOWER_MS, polled_at=unit.now))
        return Reply.of(refusal("slow_down", "Polling too fast: wait 5 s longer between two polls."))
    if polled:
        unit.connection.execute(this.values(polled_at=unit.now))
    if pairing["state"] == State.CLAIMED and unit.now < pairing["expires_at"] + GRACE:
        unit.connection.execute(this.values(state=State.DONE))
        return hand_over(call.cloud, unit.within(pairing["organization_id"]), pairing["device_id"])
    if pairing["state"] == State.DENIED:
        return Reply.of(refusal("access_denied", "Somebody declined to add this screen."))
    if pairing["state"] in (State.CLAIMED, State.DONE) or pairing["expires_at"] <= unit.now:
        return Reply.of(refusal("expired_token", "This code has expired or was used: ask for a new one."))
    if pairing["state"] == State.CONFIRMING and not pairing["confirmation_told"]:
        unit.connection.execute(this.values(confirmation_told=True, polled_at=unit.now))
        return Reply.of(_pending(pairing))
    return None


def _still_pending(pairing_id: str, unit: Unit) -> Reply:
    pairings = tables.pairings
    unit.connection.execute(update(pairings).where(pairings.c.id == pairing_id).values(polled_at=unit.now))
    pairing = unit.row(select(pairings).where(pairings.c.id == pairing_id))
    assert pairing is not None
    return Reply.of(_pending(pairing))


def _pending(pairing: Row) -> Problem:
    """`confirmation` is the number the screen has to show; see docs/adr."""
    shown = {"confirmation": pairing["confirmation"]} if pairing["confirmation"] else {}
    return refusal("authorization_pending", "Nobody has added this screen yet.", **shown)


def _too_early(unit: Unit, pairing: Row) -> bool:
    if pairing["polled_at"] is None:
        return False
    return bool(unit.now - pairing["polled_at"] < timedelta(milliseconds=pairing["interval_ms"] * TOLERANCE))

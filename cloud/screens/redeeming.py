"""The other way round: an admin makes a code, the device redeems it (CONTRACT section 3, admin-initiated)."""

import base64
import io
from datetime import timedelta

from sqlalchemy import select, update

from cloud.attempts import Limit, count_one, hold, seconds_to_wait
from cloud.bodies import Body
from cloud.db import tables
from cloud.db.ids import new_id
from cloud.db.unit import Unit
from cloud.endpoints import Call, Reply
from cloud.problems import Problem, invalid_field, slow_down
from cloud.screens import codes, enrolment
from cloud.screens.enlisting import Hardware, Wishes, enlist, hand_over
from cloud.screens.pairing import EXPIRES_S, free_code, is_public_key, retire_expired
from cloud.wire import instant
from vizora.device_api import RedeemRequest

IP_LIMITS = (Limit(30, 3600),)


class CodeWanted(Body, frozen=True):
    nickname: str | None = None
    device_identifier: str | None = None


def make_code(call: Call, unit: Unit) -> Reply:
    wanted: CodeWanted = call.body
    if wanted.nickname is not None and len(wanted.nickname) > 200:
        raise invalid_field("/nickname", "must have at most 200 characters")
    retire_expired(unit)
    code, device_id = free_code(unit, codes.LONG_CODE_CHARACTERS), new_id()  # no number on a screen guards it
    expires_at = unit.now + timedelta(seconds=EXPIRES_S)
    unit.insert(
        tables.pairing_codes,
        id=device_id,
        code=code,
        live_code=code,
        nickname=(wanted.nickname or "").strip(),
        device_identifier=wanted.device_identifier,
        user_id=call.user.id,
        created_at=unit.now,
        expires_at=expires_at,
    )
    shown = {
        "code": code,
        "deviceId": device_id,
        "expiresAt": instant(expires_at),
        "qrCode": qr_code(f"{call.cloud.config.public_url}/pair#redeem={code}"),
    }
    return Reply(shown, status=201, subject=device_id)


def redeem(call: Call, unit: Unit) -> Reply:
    """The same answer as the token call; 404 DEVICE_001 for anything but a live code meant for this device."""
    wanted: RedeemRequest = call.body
    hold(unit, {"redeem-ip": call.network})
    wait = seconds_to_wait(unit, "redeem-ip", call.network, IP_LIMITS)
    if wait:
        raise slow_down(wait)
    if not is_public_key(wanted.public_key):
        raise invalid_field("/publicKey", "must be the base64 of 32 bytes, an Ed25519 public key")
    hardware = Hardware(
        wanted.device_identifier[:200], wanted.public_key, wanted.model, wanted.resolution, wanted.software_version
    )
    if wanted.code.startswith(enrolment.PREFIX):
        return _enrol(call, unit, wanted.code, hardware)
    table = tables.pairing_codes
    code = codes.read_user_code(wanted.code)
    row = unit.row(select(table).where(table.c.live_code == code).with_for_update())
    if row is None or row["device_identifier"] not in (None, wanted.device_identifier):
        count_one(unit, "redeem-ip", call.network)
        return Reply.of(_expired())
    if row["expires_at"] <= unit.now:
        return Reply.of(_expired())
    own = unit.within(row["organization_id"])
    device_id = enlist(own, hardware, Wishes(nickname=row["nickname"] or None), id=row["id"])
    unit.connection.execute(update(table).where(table.c.id == row["id"]).values(live_code=None))
    call.audit(own, device_id)
    return hand_over(call.cloud, own, device_id)


def _enrol(call: Call, unit: Unit, token: str, hardware: Hardware) -> Reply:
    row = enrolment.live(unit, token)
    own = None if row is None else unit.within(row["organization_id"])
    device_id = None if row is None or own is None else enrolment.enrol(own, row, hardware)
    if own is None or device_id is None:
        count_one(unit, "redeem-ip", call.network)
        return Reply.of(enrolment.used_up())
    call.audit(own, device_id)
    return hand_over(call.cloud, own, device_id)


def qr_code(text: str) -> str:
    """A data URL with an SVG picture."""
    import qrcode  # here: with its imaging library it takes a tenth of a start's time
    import qrcode.image.svg

    picture = io.BytesIO()
    qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, border=2).save(picture)
    return "data:image/svg+xml;base64," + base64.b64encode(picture.getvalue()).decode("ascii")


def _expired() -> Problem:
    return Problem(404, "DEVICE_001", "This pairing code is wrong or has expired: make a new one.")

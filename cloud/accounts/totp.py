"""One-time codes of an authenticator app (TOTP, RFC 6238: SHA-1, 6 digits, 30 s), and recovery codes for a lost one."""

import secrets

from sqlalchemy import or_

from cloud.accounts.tokens import fingerprint
from cloud.clock import EPOCH
from cloud.db import tables
from cloud.db.unit import Row, Unit

STEP_S = 30
DRIFT_STEPS = 1
"""Steps a phone's clock may be off, either way (RFC 6238 section 5.2)."""
RECOVERY_CODES = 10
ISSUER = "Vizora"


def new_secret() -> str:
    """160 bits in base32 (RFC 4226 section 4)."""
    import pyotp  # here and below: most starts need no codes

    return pyotp.random_base32(32)


def address(secret: str, email: str) -> str:
    """The `otpauth://` address that the QR code holds."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def step_of(secret: str, code: str, seconds: int) -> int | None:
    """The time step that `code` belongs to, looked for around `seconds` since 1970; None when it is wrong."""
    import pyotp

    now = seconds // STEP_S
    steps = range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1)
    found = [step for step in steps if secrets.compare_digest(pyotp.TOTP(secret).at(step * STEP_S), _digits(code))]
    return found[-1] if found else None


def accept(unit: Unit, user: Row, code: str) -> bool:
    """Whether `code` is right; it is used up with that, even when two come at once."""
    return _accept_code(unit, user, code) or _accept_recovery(unit, user["id"], code)


def new_recovery_codes(unit: Unit, user_id: str) -> list[str]:
    """Codes of 80 random bits, shown once; the ones before end."""
    forget_recovery_codes(unit, user_id)
    codes = [_grouped(new_secret()[:16]) for _ in range(RECOVERY_CODES)]
    unit.insert_many(
        tables.recovery_codes, [{"user_id": user_id, "code_hash": fingerprint(_plain(code))} for code in codes]
    )
    return codes


def forget_recovery_codes(unit: Unit, user_id: str) -> None:
    codes = tables.recovery_codes
    unit.connection.execute(unit.delete(codes).where(codes.c.user_id == user_id))


def switch_off(unit: Unit, user_id: str) -> None:
    unit.note(tables.users, user_id, totp_secret=None, totp_enabled_at=None, totp_last_step=None)
    forget_recovery_codes(unit, user_id)


def _accept_code(unit: Unit, user: Row, code: str) -> bool:
    step = step_of(user["totp_secret"], code, int((unit.now - EPOCH).total_seconds())) if user["totp_secret"] else None
    if step is None:
        return False
    users = tables.users
    newer = (users.c.id == user["id"], or_(users.c.totp_last_step.is_(None), users.c.totp_last_step < step))
    return unit.connection.execute(unit.update(users).where(*newer).values(totp_last_step=step)).rowcount == 1


def _accept_recovery(unit: Unit, user_id: str, code: str) -> bool:
    codes = tables.recovery_codes
    this = (codes.c.user_id == user_id, codes.c.code_hash == fingerprint(_plain(code)))
    return unit.connection.execute(unit.delete(codes).where(*this)).rowcount == 1


def _digits(code: str) -> str:
    plain = code.replace(" ", "")
    return plain if plain.isascii() else ""


def _plain(code: str) -> str:
    return code.replace("-", "").replace(" ", "").upper()


def _grouped(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))

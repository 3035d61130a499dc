"""JSON Web Tokens by the rules of RFC 8725: one algorithm, a type of its own for each use, issuer and audience named.

A token alone opens nothing: it also has to be in the database, unrevoked. So a leaked secret forges no screen.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cloud.clock import EPOCH
from cloud.problems import signed_out

ALGORITHM = "HS256"
ISSUER = "vizora"
MAX_CHARACTERS = 4096
SKEW = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Claims:
    token_id: str
    subject: str
    organization_id: str
    expires_at: datetime


class Tokens:
    """Issues and reads one kind of token: `vz-user+jwt` for people, `vz-device+jwt` for screens."""

    def __init__(self, secret: str, *, kind: str, audience: str) -> None:
        self._secret = secret
        self._kind = kind
        self._audience = audience

    def issue(self, claims: Claims, now: datetime) -> str:
        import jwt  # here and below: a start needs no tokens

        payload = {
            "iss": ISSUER,
            "aud": self._audience,
            "sub": claims.subject,
            "org": claims.organization_id,
            "jti": claims.token_id,
            "iat": _seconds(now),
            "exp": _seconds(claims.expires_at),
        }
        return jwt.encode(payload, self._secret, algorithm=ALGORITHM, headers={"typ": self._kind})

    def read(self, token: str, now: datetime) -> Claims:
        """Raises Problem 401 AUTH_002, the same for every fault."""
        import jwt

        if len(token) > MAX_CHARACTERS:
            raise signed_out()
        try:
            decoded = jwt.decode_complete(
                token,
                self._secret,
                algorithms=[ALGORITHM],
                audience=self._audience,
                issuer=ISSUER,
                options={
                    "require": ["iss", "aud", "sub", "jti", "iat", "exp"],
                    # Time is checked below, by the clock we were given.
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except (jwt.InvalidTokenError, ValueError) as fault:
            raise signed_out() from fault
        header, payload = decoded["header"], decoded["payload"]
        if header.get("typ") != self._kind or set(header) - {"alg", "typ"}:
            raise signed_out()
        return _claims(payload, now)


def _claims(payload: dict[str, Any], now: datetime) -> Claims:
    times = [payload["exp"], payload["iat"], payload.get("nbf", 0)]
    names = [payload["jti"], payload["sub"], payload.get("org")]
    if not all(type(at) is int and 0 <= at < 1 << 40 for at in times) or not all(type(name) is str for name in names):
        raise signed_out()
    seconds = _seconds(now)
    if payload["exp"] <= seconds or max(payload["iat"], payload.get("nbf", 0)) > seconds + SKEW.total_seconds():
        raise signed_out()
    return Claims(payload["jti"], payload["sub"], payload["org"], EPOCH + timedelta(seconds=payload["exp"]))


def fingerprint(secret: str) -> str:
    """What is stored of a token or a code: its SHA-256 in hex. Enough for secrets of 128 random bits and more."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _seconds(at: datetime) -> int:
    return int((at - EPOCH).total_seconds())

"""What an ID token says, once every rule of OpenID Connect Core 1.0 section 3.1.3.7 held. No I/O, no clock."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from cloud.clock import EPOCH
from cloud.sso.identity import Identity

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signatures by a key that only the issuer has; never `none`, never a shared secret (RFC 8725 section 3.1)."""
KEY_TYPES = ("RSA", "EC", "OKP")
MOST_CHARACTERS = 16_384
SKEW_S = 60
OLDEST_S = 600
"""A token for a sign-in that began at most ten minutes ago was not issued earlier than that."""


class WrongToken(ValueError):
    """The token proves nothing; the text is for the log."""


def usable_keys(key_set: Mapping[str, Any]) -> KeySet:
    """Those of a JWK Set (RFC 7517) that sign; what can't be read is left out. Raises WrongToken when none is left."""
    given = key_set.get("keys")
    keys = [key for key in given if _signs(key)] if isinstance(given, list) else []
    try:
        if keys:
            return KeySet.import_key_set({"keys": keys})
    except (JoseError, ValueError, TypeError, KeyError) as fault:
        raise WrongToken(f"its keys can't be read: {fault}") from fault
    raise WrongToken("it publishes no key that signs")


def read(
    token: str,
    keys: KeySet,
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    access_token: str | None,
    supported: Iterable[str],
    now: datetime,
) -> Identity:
    """`supported` are the algorithms the issuer says it signs with. Raises WrongToken."""
    if len(token) > MOST_CHARACTERS:
        raise WrongToken("it is too long")
    allowed = [name for name in supported if name in ALGORITHMS]
    try:
        decoded = jwt.decode(token, keys, registry=JWSRegistry(algorithms=allowed, strict_check_header=False))
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}},
            {"nonce": nonce, "client_id": client_id, "access_token": access_token},
        )
        seconds = int((now - EPOCH).total_seconds())
        claims.validate(now=seconds, leeway=SKEW_S)
    except (JoseError, ValueError, TypeError, KeyError) as fault:
        raise WrongToken(f"{type(fault).__name__}: {fault}") from fault
    _check(decoded.claims, client_id, seconds)
    return _identity(decoded.claims)


def completed(identity: Identity, said: Mapping[str, Any]) -> Identity:
    """With what the UserInfo endpoint says of the same subject (section 5.3.2).

    Raises WrongToken when it speaks of another one.
    """
    if said.get("sub") != identity.subject:
        raise WrongToken("its UserInfo is about somebody else")
    known = {"given_name": identity.first_name, "family_name": identity.last_name}
    return _identity({**known, **said, "iss": identity.issuer})


def _check(claims: Mapping[str, Any], client_id: str, seconds: int) -> None:
    """What the libraries leave to us."""
    if claims["aud"] not in (client_id, [client_id]):
        raise WrongToken("it is meant for others too")  # whom we don't trust: section 3.1.3.7, rule 3
    if claims["iat"] < seconds - OLDEST_S - SKEW_S:
        raise WrongToken("it is older than the sign-in")


def _identity(claims: Mapping[str, Any]) -> Identity:
    subject = claims["sub"]
    if not isinstance(subject, str) or not 1 <= len(subject) <= 255:
        raise WrongToken("its subject is none")
    return Identity(
        issuer=claims["iss"],
        subject=subject,
        email=_text(claims.get("email"), 320),
        email_verified=claims.get("email_verified") is True,
        first_name=_name(claims.get("given_name") or claims.get("name")),
        last_name=_name(claims.get("family_name")),
    )


def _signs(key: Any) -> bool:
    return isinstance(key, dict) and key.get("kty") in KEY_TYPES and key.get("use", "sig") == "sig"


def _text(value: Any, most: int) -> str:
    return value if isinstance(value, str) and len(value) <= most else ""


def _name(value: Any) -> str:
    """In one line and as long as ours may be, whatever the issuer says."""
    return "".join(filter(str.isprintable, _text(value, 1000))).strip()[:100]

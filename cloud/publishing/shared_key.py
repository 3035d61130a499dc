"""The manifest signing key of a cloud of several processes: in the database, sealed with DEVICE_JWT_SECRET.

Whoever has the database or a backup of it alone can't sign. The first process makes the key, the others open it.
"""

import base64
import secrets
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Connection, insert, select

from cloud.db import tables
from vizora.errors import OperatorError

PURPOSE = b"vizora manifest signing key"
NONCE = 12


def shared_key(connection: Connection, secret: str, key_id: str, made: bytes, public: str, now: datetime) -> bytes:
    """The 32 bytes that every process of this cloud signs with: `made` when there were none before.

    Call it in a transaction that no other process is in at the same time. Raises OperatorError when the secret is not
    the one that the key was sealed with.
    """
    keys = tables.signing_keys
    found = connection.execute(
        select(keys.c.key_id, keys.c.sealed).where(keys.c.retired_at.is_(None), keys.c.sealed.is_not(None))
    ).first()
    if found is not None:
        return unseal(found.sealed, secret, found.key_id)
    sealed = seal(made, secret, key_id)
    connection.execute(insert(keys).values(key_id=key_id, public_key=public, sealed=sealed, created_at=now))
    return made


def seal(key: bytes, secret: str, key_id: str) -> str:
    """AES-256-GCM with a key derived from the secret (HKDF, RFC 5869), bound to the key's id; base64."""
    nonce = secrets.token_bytes(NONCE)
    return base64.b64encode(nonce + _cipher(secret).encrypt(nonce, key, key_id.encode())).decode("ascii")


def unseal(sealed: str, secret: str, key_id: str) -> bytes:
    raw = base64.b64decode(sealed)
    try:
        return _cipher(secret).decrypt(raw[:NONCE], raw[NONCE:], key_id.encode())
    except InvalidTag as fault:
        raise OperatorError(
            "DEVICE_JWT_SECRET does not open the manifest signing key in this database: set the one it was sealed "
            "with. Screens trust that key; a new one would have to be brought to each of them."
        ) from fault


def _cipher(secret: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=PURPOSE).derive(secret.encode()))

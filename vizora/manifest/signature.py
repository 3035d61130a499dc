"""Ed25519 signatures over the exact bytes of a manifest (RFC 8032), as the header `ed25519;<keyId>;<base64>`."""

import base64
import binascii
import re
from collections.abc import Iterable
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from vizora.errors import TrustError
from vizora.identifiers import KeyId
from vizora.manifest.model import Key

ALGORITHM = "ed25519"
KEY_BYTES = 32
SIGNATURE_BYTES = 64
_KEY_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_SHAPE = "ed25519;<keyId>;<base64 of 64 bytes>"


def public_key(private_key: bytes) -> bytes:
    """The 32 raw bytes of the public half of a raw private key."""
    return Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def sign(body: bytes, key_id: str, private_key: bytes) -> str:
    """The value of the `Vizora-Signature` header. Raises ValueError on a key id the header can't carry."""
    if not _KEY_ID.fullmatch(key_id):
        raise ValueError(f"key id {key_id!r}: 1 to 128 letters, digits and . _ : - are allowed")
    made = _opened(private_key).sign(body)
    return f"{ALGORITHM};{key_id};{base64.b64encode(made).decode('ascii')}"


@lru_cache(maxsize=4)
def _opened(private_key: bytes) -> Ed25519PrivateKey:
    """To open a key costs as much as to sign."""
    return Ed25519PrivateKey.from_private_bytes(private_key)


def verify(body: bytes, header: str, keys: Iterable[Key]) -> KeyId:
    """The id of the trusted key that signed exactly these bytes. Raises TrustError when none did."""
    key_id, signature = _parts(header)
    named = [key for key in keys if key.key_id == key_id]
    if not named:
        raise TrustError(f"signature: the key {key_id!r} is not among those this screen trusts")
    if not any(_signed_by(key, body, signature) for key in named):
        raise TrustError(f"signature: these bytes were not signed by the key {key_id!r}, or were changed since")
    return KeyId(key_id)


def signer_of(header: str) -> KeyId:
    """The key that a header names; nothing is verified. Raises TrustError when it is none."""
    return KeyId(_parts(header)[0])


def _parts(header: str) -> tuple[str, bytes]:
    parts = header.split(";")
    if len(parts) != 3 or not _KEY_ID.fullmatch(parts[1]):
        raise TrustError(f"signature: {header[:40]!r} is not of the form {_SHAPE}")
    if parts[0] != ALGORITHM:
        raise TrustError(f"signature: the algorithm {parts[0][:20]!r} is not {ALGORITHM}, the only one allowed")
    return parts[1], _raw(parts[2], SIGNATURE_BYTES, "signature")


def _signed_by(key: Key, body: bytes, signature: bytes) -> bool:
    raw = _raw(key.public_key, KEY_BYTES, f"key {key.key_id!r}")
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, body)
    except InvalidSignature:
        return False
    return True


def _raw(text: str, size: int, thing: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != size:
        raise TrustError(f"{thing}: not the base64 of {size} bytes")
    return raw

"""Sealing what lies in the database and is not to be read in it, or in a backup of it."""

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vizora.errors import VizoraError

NONCE = 12


class NotOpened(VizoraError):
    """It was sealed with another secret, or for something else."""


def seal(data: bytes, secret: str, *, purpose: bytes, about: str) -> str:
    """AES-256-GCM with a key derived from the secret for this purpose (HKDF, RFC 5869), bound to what it is about, as
    a row's id; base64."""
    nonce = secrets.token_bytes(NONCE)
    return base64.b64encode(nonce + _cipher(secret, purpose).encrypt(nonce, data, about.encode())).decode("ascii")


def unseal(sealed: str, secret: str, *, purpose: bytes, about: str) -> bytes:
    """Raises NotOpened."""
    raw = base64.b64decode(sealed)
    try:
        return _cipher(secret, purpose).decrypt(raw[:NONCE], raw[NONCE:], about.encode())
    except InvalidTag as fault:
        raise NotOpened(f"what was sealed for {about} does not open") from fault


def _cipher(secret: str, purpose: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=purpose).derive(secret.encode()))

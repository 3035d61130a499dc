"""The key that signs manifests: made at the first start, never sent anywhere.

Embedded it lies in the data folder (0600); with POSTGRES_URL in the database, sealed, so that all processes sign alike.
"""

import base64
import hashlib
import secrets

from cloud.publishing.shared_key import shared_key
from cloud.services import Cloud
from vizora.identifiers import KeyId
from vizora.manifest.model import Key
from vizora.manifest.signature import public_key, sign

FILE = "manifest-signing-key"
ALONE = "manifest signing key"
"""Of processes that start together, one makes the key."""


class Signer:
    def __init__(self, private: bytes) -> None:
        self._private = private
        self.key = public_half(private)
        self.keys: tuple[Key, ...] = (self.key,)
        """What screens are to trust from now on."""

    def sign(self, body: bytes) -> str:
        """The value of the `Vizora-Signature` header for exactly these bytes."""
        return sign(body, self.key.key_id, self._private)


def public_half(private: bytes) -> Key:
    public = public_key(private)
    return Key(KeyId(hashlib.sha256(public).hexdigest()[:16]), base64.b64encode(public).decode("ascii"))


def open_signer(cloud: Cloud) -> Signer:
    """Raises OperatorError when the key can't be read, made or opened."""
    secret = cloud.config.device_jwt_secret
    if cloud.config.postgres_url is None or secret is None:
        return Signer(cloud.secrets.key(FILE))
    brought = cloud.secrets.existing(FILE)  # of a cloud that was embedded before: its screens trust this one
    made = brought if brought is not None and len(brought) == 32 else secrets.token_bytes(32)
    half = public_half(made)
    with cloud.database.write(ALONE) as connection:
        return Signer(shared_key(connection, secret, half.key_id, made, half.public_key, cloud.clock.now()))

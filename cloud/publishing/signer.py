"""The key that signs manifests: made at the first start, kept in the data folder (0600), never sent anywhere."""

import base64
import hashlib

from cloud.secret_files import SecretFiles
from vizora.identifiers import KeyId
from vizora.manifest.model import Key
from vizora.manifest.signature import public_key, sign

FILE = "manifest-signing-key"


class Signer:
    """Raises OperatorError when the key's file can't be read or made."""

    def __init__(self, files: SecretFiles) -> None:
        self._private = files.key(FILE)
        public = public_key(self._private)
        self.key = Key(KeyId(hashlib.sha256(public).hexdigest()[:16]), base64.b64encode(public).decode("ascii"))
        self.keys: tuple[Key, ...] = (self.key,)
        """What screens are to trust from now on."""

    def sign(self, body: bytes) -> str:
        """The value of the `Vizora-Signature` header for exactly these bytes."""
        return sign(body, self.key.key_id, self._private)

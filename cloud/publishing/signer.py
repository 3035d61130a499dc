"""What signs manifests on their way out. The keys are the database's; what was read of them is kept here."""

import logging

from cloud.publishing import signing_keys
from cloud.publishing.key_ring import KeyRing, Signature
from cloud.publishing.signing_keys import Seal, seal_of
from cloud.services import Cloud

log = logging.getLogger("vizora.cloud")


class Signer:
    def __init__(self, cloud: Cloud, seal: Seal, ring: KeyRing) -> None:
        self._cloud = cloud
        self._seal = seal
        self._ring = ring

    async def sign(self, body: bytes) -> Signature | None:
        """None when the key that this manifest is to be signed with was replaced meanwhile: a newer one is due.

        A key that another process made is fetched when its first manifest is to be signed.
        """
        signature = self._ring.sign(body)
        if signature is None:
            self._ring = await self._cloud.read(lambda unit: signing_keys.read(unit.connection, self._seal))
            log.info("manifest signing keys: %s", ", ".join(key.key_id for key in self._ring.trusted))
            signature = self._ring.sign(body)
        return signature


def open_signer(cloud: Cloud) -> Signer:
    """Raises OperatorError when the keys can't be read, made or opened."""
    seal = seal_of(cloud.config, cloud.secrets)
    return Signer(cloud, seal, signing_keys.keep_one(cloud.database, seal, cloud.secrets, cloud.clock))

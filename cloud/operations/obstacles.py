"""What keeps a cloud from starting although its data may be whole: for `vizora cloud check`."""

from collections.abc import Iterator
from pathlib import Path

from cloud.config import CloudConfig
from cloud.content import belonging
from cloud.content.storage import Storage
from cloud.operations import same_secrets, snapshot
from cloud.publishing.signing_keys import SEAL
from cloud.secret_files import SecretFiles


def obstacles(picture: Path, config: CloudConfig, content: Storage) -> Iterator[str]:
    """Sentences. Nothing is changed, and no secret is made."""
    kept = SecretFiles(config.data_dir).existing(SEAL)
    secrets = [secret for secret in (config.device_jwt_secret, kept and kept.decode("ascii", "replace")) if secret]
    with snapshot.as_database(picture) as database, database.read() as connection:
        if not any(same_secrets.opens(connection, secret) for secret in secrets or [""]):
            yield (
                "no secret here opens the key that signs manifests: bring back the folder secrets from a backup, or "
                "DEVICE_JWT_SECRET"
            )
        if belonging.is_anothers(content, connection):
            yield belonging.sentence(config)

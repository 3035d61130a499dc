"""Do people and screens go on with the secrets that a restored cloud will have? Asked before anything is in its place.

Every screen's token is made with DEVICE_JWT_SECRET, so with another one each would have to be paired anew. Which secret
a backup's cloud had is told by what opens its signing keys: its own data folder's, or DEVICE_JWT_SECRET.
"""

from pathlib import Path

from sqlalchemy import Connection

from cloud.config import CloudConfig
from cloud.publishing import signing_keys
from cloud.publishing.signing_keys import SEAL, Seal
from cloud.secret_files import SecretFiles
from vizora.errors import OperatorError

SETTINGS = {"device-jwt-secret": "DEVICE_JWT_SECRET", "jwt-secret": "JWT_SECRET"}


def check(backed_up: Connection, files: SecretFiles, config: CloudConfig, archive: Path) -> None:
    """`files`: those in the backup. Raises OperatorError that says how to go on."""
    own = files.existing(SEAL)
    if own is not None and opens(backed_up, own.decode("ascii", "replace")):
        given = {"device-jwt-secret": config.device_jwt_secret, "jwt-secret": config.jwt_secret}
        other = [
            name for name, secret in given.items() if secret and files.existing(name) not in (None, secret.encode())
        ]
        if other:
            raise OperatorError(_sentence(other, archive))
    elif config.device_jwt_secret is None or not opens(backed_up, config.device_jwt_secret):
        raise OperatorError(
            "DEVICE_JWT_SECRET has to be the one of the cloud that was backed up: it opens the key that signs "
            "manifests, and screens' tokens are made with it. Nothing was restored"
        )


def opens(backed_up: Connection, secret: str) -> bool:
    """Also where no key is in the database: a version of before kept it in a file."""
    try:
        signing_keys.read(backed_up, Seal("", secret))
    except OperatorError:
        return False
    else:
        return True


def _sentence(other: list[str], archive: Path) -> str:
    names = " and ".join(SETTINGS[name] for name in other)
    take = "; ".join(f"tar -xOf {archive} secrets/{name} > {name}" for name in other)
    loss = (
        "each screen would have to be paired anew" if "device-jwt-secret" in other else "everybody would be signed out"
    )
    return (
        f"{names}: not what the cloud that was backed up had, so {loss}. Take it out of the backup ({take}) and give "
        f"it as {' and '.join(f'{SETTINGS[name]}_FILE' for name in other)}. Nothing was restored"
    )

"""Files and database belong together: a cloud removes files that its database does not know (`cloud.content.jobs`).

Started on another cloud's files, by a wrong address or with an empty database where the right one was lost, it would
remove them all. So the store says whose it is, and a cloud that finds another's id there does not start.
"""

import logging
from collections.abc import Iterable

from sqlalchemy import Connection, select

from cloud.config import CloudConfig
from cloud.content.faults import StorageBroken, StorageFull
from cloud.content.parts import ContentParts
from cloud.content.storage import Storage
from cloud.db import tables
from cloud.publishing import signing_keys
from cloud.rooms import Room
from cloud.services import Cloud
from vizora.errors import OperatorError

log = logging.getLogger("vizora.cloud")


def is_anothers(storage: Storage, connection: Connection) -> bool:
    """Also when nobody's id is there yet (of versions that wrote none) and the database has nobody to own a file."""
    owner = storage.owner()
    if owner is not None:
        return owner != signing_keys.origin(connection)
    nobody = connection.scalar(select(tables.organizations.c.id).limit(1)) is None
    return nobody and next(iter(storage.all()), None) is not None


def claim(cloud: Cloud) -> Iterable[object]:
    """Raises OperatorError when the files are another cloud's; else they are this one's."""
    storage = cloud.part(ContentParts).storage
    try:
        with cloud.database.read() as connection:
            if is_anothers(storage, connection):
                raise OperatorError(sentence(cloud.config))
            own = signing_keys.origin(connection)
        if own is not None and storage.owner() is None:
            storage.belong_to(own)
    except StorageFull as fault:
        log.warning("whose the files are is not written down yet: %s", fault)
    except StorageBroken as fault:
        raise OperatorError(str(fault)) from fault
    return ()


def sentence(config: CloudConfig) -> str:
    if config.s3 is None:
        return (
            f"the files in {config.data_dir / 'content'} are those of another database than this one: was the database "
            "lost, or POSTGRES_URL changed? A cloud removes files its database does not know, so nothing was begun: "
            "bring the database back (`vizora cloud restore` into an empty folder), or start on another folder"
        )
    return (
        f"the files in the bucket {config.s3.bucket!r} (MINIO_BUCKET) are those of another database than this one: is "
        "the database the right one? A cloud removes files its database does not know, so nothing was begun: name the "
        "right database or another bucket. Whoever wants to lose these files removes the object content-owner"
    )


ROOM = Room(parts=claim)

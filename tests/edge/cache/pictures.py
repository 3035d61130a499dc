"""Pictures that a cloud has, and which of them a screen asked for."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager

from tests.fakes.device_cloud import FakeCloud, fake_cloud

PICTURES = {f"c{n}": os.urandom(20_000 + n) for n in range(4)}
SHA = {name: hashlib.sha256(data).hexdigest() for name, data in PICTURES.items()}


@contextmanager
def cloud_with_pictures() -> Iterator[FakeCloud]:
    with fake_cloud() as running:
        for data in PICTURES.values():
            running.add_asset(data)
        yield running


def pictures(*names: str) -> dict[str, bytes]:
    return {name: PICTURES[name] for name in names}


def asked_for(cloud: FakeCloud) -> list[str]:
    names = {sha: name for name, sha in SHA.items()}
    return [names[asked.path.rpartition("/")[2]] for asked in cloud.asked("/api/device/assets/")]

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from image import debian
from image.base import Base
from image.tree import Tree, file, folder, link
from tests.image import fake_base


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Base]:
    with Base(fake_base.write(tmp_path / "base.tar", ("squashfs",))) as opened:
        yield opened


def merged(base: Base, ours: Tree) -> tarfile.TarFile:
    out = io.BytesIO()
    base.merged(ours, out, 1_700_000_000)
    out.seek(0)
    return tarfile.open(fileobj=out)


def test_what_is_ours_takes_the_place_of_what_was_there_once(base: Base) -> None:
    archive = merged(base, {"etc/hostname": file(b"vizora\n"), "etc": folder(), "etc/new": link("hostname")})
    names = archive.getnames()
    ours = archive.extractfile("./etc/hostname")

    assert ours is not None
    assert ours.read() == b"vizora\n"
    assert names.count("./etc/hostname") == names.count("./etc") == 1
    assert archive.getmember("./etc/new").linkname == "hostname"
    assert archive.getmember("./etc/new").mtime == 1_700_000_000


def test_kernel_caches_and_logs_stay_out_of_the_root(base: Base) -> None:
    names = merged(base, {}).getnames()

    assert "./usr/bin/busybox" in names
    assert not [name for name in names if name.startswith(("./boot/", "./var/cache/"))]


def test_a_file_that_is_not_there_is_a_key_error(base: Base) -> None:
    with pytest.raises(KeyError):
        base.read("etc/shadow")


def test_only_what_is_installed_counts_as_installed(tmp_path: Path) -> None:
    assert debian.installed(fake_base.write(tmp_path / "b.tar", ())) == {"bash": "5"}

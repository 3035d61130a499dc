import io
import os
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from image import debian, disk
from image.base import Base
from image.tree import Tree, file, folder, link
from tests.image import fake_base

UTC = {**os.environ, "TZ": "UTC"}


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


def test_the_same_files_make_the_same_root_whenever_it_is_made(base: Base, tmp_path: Path) -> None:
    made = [tmp_path / "one.squashfs", tmp_path / "two.squashfs"]
    for target in made:
        disk.squashfs(target, lambda out: base.merged({"etc/new": file(b"x")}, out, 1_700_000_000), 3, 1_700_000_000)
    listed = subprocess.run(
        ["unsquashfs", "-lln", str(made[0])], capture_output=True, text=True, check=True, env=UTC
    ).stdout

    assert made[0].read_bytes() == made[1].read_bytes()
    assert "2023-11-14 22:13 squashfs-root" in listed  # in UTC
    assert listed.splitlines()[0].startswith("drwxr-xr-x 0/0 ")


def test_only_what_is_installed_counts_as_installed(tmp_path: Path) -> None:
    assert debian.installed(fake_base.write(tmp_path / "b.tar", ())) == {"bash": "5"}

import shutil
import subprocess
from pathlib import Path

from image import cpio
from image.tree import file, folder, link, with_folders

TREE = with_folders(
    {"bin/sh": link("busybox"), "bin/busybox": file(b"#!", 0o755), "proc": folder(), "odd": file(b"abc")}
)


def test_busybox_unpacks_what_was_packed(tmp_path: Path) -> None:
    unpack = [shutil.which("busybox") or "/bin/busybox", "cpio", "-i", "-d", "-m"]
    subprocess.run(unpack, input=cpio.archive(TREE, 1_700_000_000), cwd=tmp_path, check=True, capture_output=True)

    assert (tmp_path / "bin/sh").readlink() == Path("busybox")
    assert (tmp_path / "bin/busybox").read_bytes() == b"#!"
    assert (tmp_path / "bin/busybox").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "odd").stat().st_mtime == 1_700_000_000
    assert (tmp_path / "proc").is_dir()


def test_the_same_tree_makes_the_same_archive() -> None:
    shuffled = dict(reversed(TREE.items()))

    assert cpio.archive(TREE, 7) == cpio.archive(shuffled, 7)
    assert len(cpio.archive(TREE, 7)) % 512 == 0

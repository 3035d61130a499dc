from pathlib import Path

import pytest

from image import boards, kept, lock


def keep(cache: Path, board: boards.Board) -> Path:
    tar = kept.base(cache, board, lock.parse(board.lock.read_text()))
    tar.touch()
    return tar


def test_the_pis_code_is_compiled_by_the_pcs_python_where_that_is_here_and_the_same(tmp_path: Path) -> None:
    pi, pc = boards.load("rpi"), boards.load("x86-64")
    assert kept.native_base(tmp_path, pi, "x86_64") is None

    tar = keep(tmp_path, pc)

    assert kept.native_base(tmp_path, pi, "x86_64") == kept.NativeBase(tar, "amd64")
    assert kept.native_base(tmp_path, pi, "riscv64") is None


def test_another_version_of_python_compiles_nothing_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pi, pc = boards.load("rpi"), boards.load("x86-64")
    keep(tmp_path, pc)
    locked = kept._locked

    def moved(board: boards.Board) -> tuple[lock.Package, ...]:
        of = locked(board)
        return of if board.name == pc.name else tuple(p for p in of if p.name != "libpython3.13-stdlib")

    monkeypatch.setattr(kept, "_locked", moved)

    assert kept.native_base(tmp_path, pi, "x86_64") is None


def test_a_base_is_another_one_for_other_packages_and_for_another_board(tmp_path: Path) -> None:
    pi, pc = boards.load("rpi"), boards.load("x86-64")
    package = lock.Package("a", "1", "arm64", "0" * 64)

    assert len({kept.base(tmp_path, pi, ()), kept.base(tmp_path, pi, (package,)), kept.base(tmp_path, pc, ())}) == 3

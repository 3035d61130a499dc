from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from edge.clock import SystemClock
from image import boards, build, debian, kept, lock, verity
from image.lock import Package
from image.mirror import Mirror
from image.progress import Progress
from image.signing import Signer
from vizora.errors import OperatorError

FIT = [
    ("6.12.118-1", "1.13-3+deb13u1"),
    ("6.18.15-1~bpo13+1", "1.15"),
    ("7.3.4-1~bpo13+1", "1.15.2-1"),
    ("6.19~rc1-1", "1.15.1-1"),
    ("6.9.1-1", "1.8-2"),
    ("10.0-1", "1:2.0-1"),
    ("7.3.4-1", "1.100-1"),
]
REFUSING = [
    ("7.3.4-1~bpo13+1", "1.13-3+deb13u1"),
    ("6.19~rc1-1", "1.15-1"),
    ("6.19-1", "1.8-2"),
    ("10.0-1", "1:1.9-1"),
]
Check = Callable[[Iterable[Package]], None]


def pair(kernel: str, rauc: str) -> tuple[Package, ...]:
    return (
        Package("bash", "5.2-1", "arm64", "a" * 64),
        Package("linux-image-arm64", kernel, "arm64", "b" * 64),
        Package("rauc", rauc, "arm64", "c" * 64),
        Package("rauc-service", rauc, "all", "d" * 64),
    )


def tells_pairs_apart(check: Check) -> bool:
    def refuses(kernel: str, rauc: str) -> bool:
        try:
            check(pair(kernel, rauc))
        except OperatorError:
            return True
        return False

    return not any(refuses(*one) for one in FIT) and all(refuses(*one) for one in REFUSING)


def by_text(packages: Iterable[Package]) -> None:
    """Compares versions as text: 10.0 comes before 6.19, and 1.8 after 1.15."""
    _, kernel, rauc, _ = packages
    if kernel.version >= "6.19" and rauc.version < "1.15.1":
        raise OperatorError("refused")


def by_kernel(packages: Iterable[Package]) -> None:
    """Doesn't ask which RAUC it is."""
    _, kernel, _, _ = packages
    if verity.upstream(kernel.version) >= verity.SAYS_MORE:
        raise OperatorError("refused")


def test_a_kernel_whose_dm_verity_rauc_does_not_understand_is_refused_and_no_other() -> None:
    assert tells_pairs_apart(verity.check)


@pytest.mark.parametrize("twin", [by_text, by_kernel, lambda _: None])
def test_a_broken_twin_of_the_check_is_found_out(twin: Check) -> None:
    assert not tells_pairs_apart(twin)


def test_the_refusal_names_both_versions_what_is_wrong_and_what_is_allowed() -> None:
    with pytest.raises(OperatorError) as refused:
        verity.check(pair("7.3.4-1~bpo13+1", "1.13-3+deb13u1"))

    assert str(refused.value).startswith(
        "linux-image-arm64 7.3.4-1~bpo13+1 with rauc 1.13-3+deb13u1: a screen would refuse every update"
    )
    assert "allowed: a kernel before 6.19, or RAUC 1.15.1 or later" in str(refused.value)


@pytest.mark.parametrize("name", boards.names())
def test_what_each_board_pins_can_be_updated(name: str) -> None:
    verity.check(lock.parse(boards.load(name).lock.read_text()))


@pytest.mark.parametrize(("versions", "taken"), [(FIT[2], True), (REFUSING[0], False)])
def test_the_builder_takes_no_such_pair_even_when_its_packages_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, versions: tuple[str, str], taken: bool
) -> None:
    options = with_lock(tmp_path, monkeypatch, pair(*versions))
    tar = kept.base(tmp_path, options.board, pair(*versions))
    tar.touch()

    if taken:
        assert base_system(options) == tar
    else:
        with pytest.raises(OperatorError, match="would refuse every update"):
            base_system(options)


def test_a_new_lock_takes_no_such_pair_from_the_mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = replace(with_lock(tmp_path, monkeypatch, pair(*FIT[2])), update_lock=True)
    monkeypatch.setattr(debian, "offered", lambda *_: pair(*REFUSING[0]))
    before = options.board.lock.read_text()

    with pytest.raises(OperatorError, match="would refuse every update"):
        base_system(options)

    assert options.board.lock.read_text() == before


def with_lock(folder: Path, monkeypatch: pytest.MonkeyPatch, packages: Iterable[Package]) -> build.Options:
    board = boards.load("rpi")
    monkeypatch.setattr(boards, "HERE", folder / "boards")
    board.lock.parent.mkdir()
    board.lock.write_text(lock.write(packages))
    return build.Options(board, "1", folder, folder, 0, Signer(folder, folder), "", "")


def base_system(options: build.Options) -> Path:
    return build.base_system(options, lambda: Mirror("", ""), Progress(SystemClock(), lambda line: None))

from pathlib import Path

import pytest

from edge.cli.main import main as vizora
from image import boards, build, cli
from image.lock import Difference, Package


def test_the_command_is_handed_over_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        vizora(["image", "build", "--help"])

    assert ended.value.code == 0
    assert "--update-lock" in capsys.readouterr().out


def test_a_board_there_is_none_of_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["build", "--board", "toaster"])

    assert ended.value.code == 2
    assert "'rpi', 'x86-64'" in capsys.readouterr().err


def test_a_key_without_its_certificate_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIZORA_IMAGE_CACHE", str(tmp_path))

    assert cli.main(["build", "--board", "rpi", "--signing-key", "key.pem"]) == 1
    assert "--signing-key and --signing-certificate belong together" in capsys.readouterr().err


def test_packages_that_moved_at_the_mirror_are_named_with_the_way_out() -> None:
    def package(version: str) -> Package:
        return Package("bash", version, "amd64", "a" * 64)

    told = build.told(boards.load("x86-64"), (Difference("bash", package("1"), package("2")),) * 21)

    assert told.startswith("the mirror has other packages than x86-64.lock pins; --update-lock takes them in:")
    assert "  bash: 1 in the lock, 2 at the mirror\n" in told
    assert told.endswith("… and 1 more")


def test_the_cache_lies_outside_the_repository() -> None:
    assert build.default_cache({"VIZORA_IMAGE_CACHE": "/somewhere"}) == Path("/somewhere")
    assert build.default_cache({"XDG_CACHE_HOME": "/cache"}) == Path("/cache/vizora")

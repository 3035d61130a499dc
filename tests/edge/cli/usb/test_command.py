"""What `vizora usb export` takes, and how it ends."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.cli.usb.command import main
from tests.fakes.device_cloud import DEVICE_ID, FakeCloud, fake_cloud, manifest
from tests.fakes.line_faults import Status
from tests.free_port import free_port

PICTURE = b"a picture"


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with fake_cloud() as running:
        running.add_asset(PICTURE)
        running.publish(manifest(4, {"a": PICTURE}), nudge=False)
        yield running


def export(cloud: FakeCloud, folder: Path, *more: str) -> int:
    return main(
        ["export", str(folder), "--cloud", cloud.url, "--screen", "Bar", *more], {"VIZORA_API_TOKEN": cloud.token}
    )


def test_it_says_what_it_did(cloud: FakeCloud, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(cloud, tmp_path) == 0

    assert capsys.readouterr().out.splitlines() == [
        "Bar: version 4",
        "1 of 1 files, 0.0 of 0.0 MB",
        "Ready: 1 screen, 1 file (0.0 MB), 1 fetched now. Unmount the stick before you pull it.",
    ]


def test_programs_read_an_object_a_line(cloud: FakeCloud, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert export(cloud, tmp_path, "--json") == 0

    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["event"] for one in told] == ["screen", "file", "end"]
    assert told[0] == {"event": "screen", "deviceId": DEVICE_ID, "name": "Bar", "version": 4}
    assert told[2] == {"event": "end", "screens": 1, "files": 1, "fetched": 1, "bytes": len(PICTURE), "removed": 0}


def test_what_went_wrong_ends_it_with_1(cloud: FakeCloud, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cloud.fail("/api/devices", Status(401))
    assert export(cloud, tmp_path) == 1
    assert capsys.readouterr().err.startswith("vizora usb export: the cloud does not know the token")
    gone = ["export", str(tmp_path), "--cloud", f"http://127.0.0.1:{free_port()}", "--screen", "Bar", "--json"]
    assert main(gone, {"VIZORA_API_TOKEN": "t"}) == 1
    assert "refuses the connection" in json.loads(capsys.readouterr().out)["error"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["export", "/nowhere", "--cloud", "http://127.0.0.1:1", "--screen", "Bar"], "/nowhere is no folder"),
        (["export", ".", "--cloud", "127.0.0.1", "--screen", "Bar"], "is not the URL of a cloud; allowed: "),
        (["export", ".", "--cloud", "http://127.0.0.1:1"], "--screen"),
        (["import"], "folder"),
        ([], "{export,import}"),
    ],
)
def test_wrong_use_ends_it_with_2(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        status: object = main(arguments, {"VIZORA_API_TOKEN": "t"})
    except SystemExit as end:
        status = end.code

    assert status == 2
    assert says in capsys.readouterr().err


def test_without_a_token_it_says_where_one_comes_from(
    cloud: FakeCloud, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(tmp_path), "--cloud", cloud.url, "--screen", "Bar"], {}) == 2
    assert "VIZORA_API_TOKEN is not set; allowed: a token for programs" in capsys.readouterr().err
    assert cloud.requests == []

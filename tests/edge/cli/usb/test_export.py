"""From the cloud to a stick: resumable, verified, and never half valid."""

import hashlib
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from edge.cache.stick import Stick
from edge.cli.usb.cloud import CarryingCalls
from edge.cli.usb.export import TRIES, Exported, export
from edge.cli.usb.stick_writer import StickWriter
from edge.cli.usb.telling import Telling
from edge.files import write_durably
from tests.fakes.clock import FakeClock
from tests.fakes.device_cloud import DEVICE_ID, FakeCloud, fake_cloud, manifest
from tests.fakes.line_faults import Cut, Portal, Status, WrongBytes
from vizora.errors import HardwareError, NetworkError, OperatorError, VizoraError
from vizora.manifest.stored import pack, unpack

PICTURES = {f"c{n}": os.urandom(30_000 + n) for n in range(4)}
SHA = {name: hashlib.sha256(data).hexdigest() for name, data in PICTURES.items()}
LOBBY, KITCHEN = "11111111-5b0c-4a56-9d0b-0c1f6f6a2f01", "22222222-5b0c-4a56-9d0b-0c1f6f6a2f01"


def pictures(*names: str) -> dict[str, bytes]:
    return {name: PICTURES[name] for name in names}


def publish_to(cloud: FakeCloud, device_id: str, version: int, *names: str) -> None:
    body = json.dumps(manifest(version, pictures(*names), deviceId=device_id)).encode()
    cloud.carried[device_id] = (body, cloud.key.sign(body))


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with fake_cloud() as running:
        for data in PICTURES.values():
            running.add_asset(data)
        running.screens += [{"id": LOBBY, "nickname": "Lobby"}, {"id": KITCHEN, "nickname": "Kitchen"}]
        publish_to(running, DEVICE_ID, 1, "c0", "c1")
        publish_to(running, LOBBY, 5, "c1", "c2")
        publish_to(running, KITCHEN, 6)
        yield running


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "holiday.jpg").write_bytes(b"not ours")
    return tmp_path


def run(stick: Path, cloud: FakeCloud, *screens: str, out: StringIO | None = None) -> Exported:
    telling = Telling(json=False, out=out or StringIO())
    calls = CarryingCalls(cloud.url, cloud.token)
    return export(stick, screens or ("Bar",), calls, FakeClock(), lambda: 0.5, telling)


def assets(stick: Path) -> list[str]:
    names = {sha: name for name, sha in SHA.items()}
    return sorted(names.get(path.name, path.name) for path in (stick / "vizora/assets").iterdir())


def version(stick: Path, device_id: str = DEVICE_ID) -> int | None:
    data = Stick(stick).look(device_id).manifest
    return None if data is None else int(json.loads(unpack(data)[1])["version"])


def is_whole(stick: Path, device_id: str = DEVICE_ID) -> bool:
    """Whether all that the screen's manifest names is there with the right bytes."""
    data = Stick(stick).look(device_id).manifest
    assert data is not None
    named = [asset["sha256"] for asset in json.loads(unpack(data)[1])["assets"].values()]
    files = [stick / "vizora/assets" / sha256 for sha256 in named]
    return all(file.exists() and hashlib.sha256(file.read_bytes()).hexdigest() == file.name for file in files)


def downloads(cloud: FakeCloud) -> list[str]:
    return [asked.path.split("/")[3] for asked in cloud.asked("/api/content/")]


def test_the_very_bytes_that_the_cloud_signed_and_each_file_once(stick: Path, cloud: FakeCloud) -> None:
    done = run(stick, cloud, "Bar", LOBBY)

    size = sum(len(PICTURES[name]) for name in ("c0", "c1", "c2"))
    assert done == Exported(screens=2, files=3, fetched=3, bytes=size, removed=0)
    for device_id in (DEVICE_ID, LOBBY):
        body, signature = cloud.carried[device_id]
        assert (stick / f"vizora/screens/{device_id}.manifest").read_bytes() == pack(signature, body)
        assert is_whole(stick, device_id)
    assert (assets(stick), sorted(downloads(cloud))) == (["c0", "c1", "c2"], ["c0", "c1", "c2"])
    assert Stick(stick).look(KITCHEN).others == ("Bar", "Lobby")
    assert (stick / "holiday.jpg").exists()


def test_every_name_on_it_is_one_that_a_fat_file_system_takes(stick: Path, cloud: FakeCloud) -> None:
    cloud.screens[0]["nickname"] = 'Bar/"north"\\ <2>: ?*|'
    run(stick, cloud, DEVICE_ID, "Lobby")

    names = [path.name for path in (stick / "vizora").rglob("*")]

    assert len(names) == 8
    assert all(name.isascii() and not set(name) & set('\\/:*?"<>|') and len(name) <= 100 for name in names)


def test_what_is_there_already_is_checked_and_not_fetched_again(stick: Path, cloud: FakeCloud) -> None:
    run(stick, cloud, "Bar")
    (stick / "vizora/assets" / SHA["c0"]).write_bytes(b"?" + PICTURES["c0"][1:])

    done = run(stick, cloud, "Bar", "Lobby")

    assert (done.files, done.fetched, is_whole(stick)) == (3, 2, True)
    assert sorted(downloads(cloud)) == ["c0", "c0", "c1", "c2"]


def test_a_cut_line_is_gone_on_with_where_it_was(stick: Path, cloud: FakeCloud) -> None:
    cloud.fail("/api/content/c0/file", Cut(10_000), Status(503), Cut(10_000))

    assert run(stick, cloud).fetched == 2

    assert is_whole(stick)
    assert cloud.bytes_sent[SHA["c0"]] == len(PICTURES["c0"])


def test_a_line_that_stays_away_ends_it_and_the_next_export_goes_on(stick: Path, cloud: FakeCloud) -> None:
    cloud.fail("/api/content/c1/file", Cut(10_000), *[Status(503)] * TRIES)

    with pytest.raises(NetworkError, match="what has come stays on the stick"):
        run(stick, cloud)

    assert version(stick) is None
    assert run(stick, cloud).fetched == 1
    assert (is_whole(stick), cloud.bytes_sent[SHA["c1"]]) == (True, len(PICTURES["c1"]))


def test_wrong_bytes_do_not_get_on_it(stick: Path, cloud: FakeCloud) -> None:
    cloud.fail("/api/content/c1/file", WrongBytes(7))

    with pytest.raises(VizoraError, match="not the ones the manifest names; if it was replaced just now, export again"):
        run(stick, cloud)

    assert (version(stick), assets(stick)) == (None, ["c0"])


def test_what_no_manifest_on_it_needs_goes_and_what_another_screens_needs_stays(stick: Path, cloud: FakeCloud) -> None:
    run(stick, cloud, "Bar", "Lobby")
    publish_to(cloud, DEVICE_ID, 2, "c3")
    (stick / "vizora/assets" / f"{'e' * 64}.part").write_bytes(b"begun once")
    (stick / "vizora/assets/readme.txt").write_bytes(b"not ours")

    done = run(stick, cloud, "Bar")

    assert (done.removed, assets(stick)) == (2, ["c1", "c2", "c3", "readme.txt"])
    assert (version(stick), is_whole(stick), is_whole(stick, LOBBY)) == (2, True, True)


def test_a_manifest_that_no_screen_could_read_keeps_nothing(stick: Path, cloud: FakeCloud) -> None:
    run(stick, cloud, "Bar")
    (stick / f"vizora/screens/{DEVICE_ID}.manifest").write_bytes(b"garbage")
    os.mkfifo(stick / "vizora/screens/pipe.manifest")
    (stick / "vizora/screens/link.manifest").symlink_to("/dev/zero")

    run(stick, cloud, "Lobby")

    assert assets(stick) == ["c1", "c2"]
    assert Stick(stick).look(KITCHEN).others == ("Lobby",)


def test_a_manifest_that_can_not_be_read_just_now_keeps_its_files(
    stick: Path, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(stick, cloud, "Lobby")

    def failing(self: Stick, device_id: str) -> bytes | None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(Stick, "manifest", failing)
        with pytest.raises(OSError, match="Input/output error"):
            run(stick, cloud, "Bar")

    assert is_whole(stick, LOBBY)


def pulled_at_each_step(stick: Path, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The export from version 1 to 2, cut off after its first, second, … change of the stick."""
    publish_to(cloud, DEVICE_ID, 1, "c0", "c1")
    run(stick, cloud, "Bar")
    publish_to(cloud, DEVICE_ID, 2, "c1", "c2", "c3")
    for step in range(1, 100):
        left = step

        def counting(path: Path, *more: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                raise OSError(5, "Input/output error", str(path))

        with monkeypatch.context() as patched:
            for name in ("rename", "replace", "unlink"):
                patched.setattr(Path, name, _first(counting, getattr(Path, name)))
            try:
                run(stick, cloud, "Bar")
            except (OSError, VizoraError):
                yield
                continue
        return
    raise AssertionError("it never came to its end")


def _first(check: Callable[..., Any], then: Callable[..., Any]) -> Callable[..., Any]:
    def both(self: Path, *arguments: Any, **named: Any) -> Any:
        check(self)
        return then(self, *arguments, **named)

    return both


def test_a_stick_that_is_pulled_at_any_step_is_whole(
    stick: Path, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    for _ in pulled_at_each_step(stick, cloud, monkeypatch):
        seen.append(version(stick))
        assert is_whole(stick)

    assert (seen[0], seen[-1], version(stick), is_whole(stick)) == (1, 2, 2, True)


def test_manifests_that_are_written_first_are_caught(
    stick: Path, cloud: FakeCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin: the same steps in another order."""
    tidy = StickWriter.tidy

    def early(self: StickWriter, keep: Any = ()) -> int:
        body, signature = cloud.carried[DEVICE_ID]
        write_durably(self._screens / f"{DEVICE_ID}.manifest", pack(signature, body))
        return tidy(self, keep)

    monkeypatch.setattr(StickWriter, "tidy", early)
    whole = []
    for _ in pulled_at_each_step(stick, cloud, monkeypatch):
        whole.append(is_whole(stick))

    assert False in whole


def test_a_stick_that_is_too_small_is_told_before_anything_is_fetched(stick: Path, cloud: FakeCloud) -> None:
    disk = stick / "small"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=True)
    try:
        with pytest.raises(HardwareError, match=r"is too small: 0\.1 MB are needed"):
            run(disk, cloud, "Bar", "Lobby")
        assert downloads(cloud) == []
        run(disk, cloud, "Kitchen")  # the twin: what fits is written
        assert version(disk, KITCHEN) == 6
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("name", ["vizora", "vizora/assets", "vizora/screens"])
def test_a_folder_that_is_a_link_is_left_alone(stick: Path, cloud: FakeCloud, name: str, tmp_path: Path) -> None:
    """A stick from elsewhere could lead to a person's own files, and have them removed."""
    treasure = tmp_path / "treasure"
    (treasure / "assets").mkdir(parents=True)
    (treasure / "screens").mkdir()
    precious = treasure / ("f" * 64)
    precious.write_bytes(b"precious")
    link = stick / name
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(treasure)

    with pytest.raises(OperatorError, match="is a link"):
        run(stick, cloud)

    assert precious.exists()


def test_files_that_are_links_are_replaced_and_not_followed(stick: Path, cloud: FakeCloud, tmp_path: Path) -> None:
    run(stick, cloud)
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    for name in (f"screens/.{DEVICE_ID}.manifest.new", ".contents.json.new", f"assets/{SHA['c3']}.part"):
        (stick / "vizora" / name).symlink_to(precious)
    for name in (f"screens/{DEVICE_ID}.manifest", f"assets/{SHA['c0']}"):
        (stick / "vizora" / name).unlink()
        (stick / "vizora" / name).symlink_to(precious)
    publish_to(cloud, DEVICE_ID, 2, "c0", "c3")

    run(stick, cloud)

    assert (precious.read_bytes(), version(stick), is_whole(stick)) == (b"precious", 2, True)
    assert not [path for path in (stick / "vizora").rglob("*") if path.is_symlink()]


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ("Cellar", "no screen is called 'Cellar'; allowed: an id or a name ('Bar', 'Kitchen', 'Lobby')"),
        ("kitchen ", "no screen is called 'kitchen '"),
        ("Twin", f"2 screens are called 'Twin'; say which by id: {LOBBY}, {KITCHEN}"),
    ],
)
def test_a_screen_that_is_not_clear_is_not_guessed(stick: Path, cloud: FakeCloud, wanted: str, says: str) -> None:
    if wanted == "Twin":
        cloud.screens[1]["nickname"], cloud.screens[2]["nickname"] = "twin", "TWIN"

    with pytest.raises(OperatorError) as raised:
        run(stick, cloud, wanted)

    assert says in str(raised.value)
    assert not (stick / "vizora").exists()


def test_a_name_in_another_case_is_the_same_name_and_one_screen_comes_once(stick: Path, cloud: FakeCloud) -> None:
    assert run(stick, cloud, "KITCHEN", KITCHEN).screens == 1


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Status(401, body=b'{"code":"AUTH_002"}'), "does not know the token in VIZORA_API_TOKEN"),
        (Status(403, body=b'{"code":"AUTHZ_001"}'), "a manager's or an admin's is needed"),
        (Status(404, body=b"<html>"), "is that its address"),
        (Status(404, body=b'{"code":"NOT_FOUND_001","detail":"There is no such screen."}'), "There is no such screen."),
        (Status(503), "answers with an error (503)"),
        (Portal(), "is not the cloud's"),
    ],
)
def test_what_the_cloud_says_no_to_is_said_in_words(
    stick: Path, cloud: FakeCloud, fault: Status | Portal, says: str
) -> None:
    cloud.fail(f"/api/devices/{DEVICE_ID}/manifest", fault)

    with pytest.raises(VizoraError) as raised:
        run(stick, cloud)

    assert says in str(raised.value)


def test_the_token_goes_to_the_cloud_alone_and_never_onto_the_stick(stick: Path, cloud: FakeCloud) -> None:
    run(stick, cloud)

    assert {asked.headers.get("Authorization") for asked in cloud.requests} == {f"Bearer {cloud.token}"}
    assert not [path for path in stick.rglob("*") if path.is_file() and cloud.token.encode() in path.read_bytes()]


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_one_line_that_moves_and_a_log_a_line_for_each_file(stick: Path, cloud: FakeCloud) -> None:
    terminal, log = Terminal(), StringIO()
    run(stick, cloud, out=terminal)

    run(stick, cloud, out=log)

    assert terminal.getvalue().startswith("Bar: version 1\n\r0 of 2 files, ")
    assert terminal.getvalue().endswith("\r2 of 2 files, 0.1 of 0.1 MB \n")
    assert log.getvalue().splitlines() == [
        "Bar: version 1",
        "1 of 2 files, 0.0 of 0.1 MB, was there",
        "2 of 2 files, 0.1 of 0.1 MB, was there",
    ]

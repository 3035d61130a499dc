"""`python -m edge.player` as systemd starts it: a process with children, files and a socket."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from edge.cache.journal import read_lines
from edge.player.starts import STARTS
from edge.player.workers.children import PACKAGES
from tests.child_process import dies_with_its_parent
from tests.edge.player.rig import Library
from tests.free_port import listening_socket
from vizora.manifest.model import ContentType
from vizora.plays import Play

DEADLINE = 60.0


@contextmanager
def running(library: Library, module: str = "edge.player", **environ: str) -> Iterator["subprocess.Popen[bytes]"]:
    settings = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PACKAGES),
        "VIZORA_STATE_DIR": str(library.paths.state),
        "VIZORA_RUN_DIR": str(library.paths.run),
        "VIZORA_WINDOW": "768x432",
        "VIZORA_PLAYS_SYNC_MS": "100",
        **environ,
    }
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", module],
        env=settings,
        cwd=library.paths.run,
        preexec_fn=dies_with_its_parent,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def until(fact: Callable[[], Any]) -> Any:
    give_up = time.monotonic() + DEADLINE
    while True:
        found = fact()
        if found:
            return found
        assert time.monotonic() < give_up, "it did not come to pass"
        time.sleep(0.02)


def status(library: Library) -> dict[str, Any]:
    try:
        document = json.loads(library.paths.player_status.read_bytes())
    except (OSError, ValueError):
        return {}
    assert isinstance(document, dict)
    return document


def is_playing(library: Library) -> dict[str, Any] | None:
    found = status(library)
    return found if found.get("state") == "playing" else None


def family(pid: int) -> set[int]:
    """The process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {pid, *(int(child) for child in children)}


def internet_sockets(pids: set[int]) -> list[str]:
    tables = [Path(f"/proc/{next(iter(pids))}/net/{name}") for name in ("tcp", "tcp6", "udp", "udp6")]
    inodes = {line.split()[9] for table in tables for line in table.read_text().splitlines()[1:]}
    held = [link for pid in pids for link in _links(pid)]
    return [link for link in held if link.startswith("socket:[") and link[8:-1] in inodes]


def _links(pid: int) -> list[str]:
    return [str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir() if entry.is_symlink()]


def test_the_look_for_internet_sockets_finds_one() -> None:
    with listening_socket():
        assert internet_sockets({os.getpid()}) != []


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def journal(library: Library) -> list[Play]:
    return [play for path in library.paths.plays.glob("*.ndjson") for play in read_lines(path.read_bytes()).plays]


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_it_plays_answers_and_ends_in_order(
    end: signal.Signals, library: Library, clips: dict[int, bytes], stills: dict[int, bytes], tmp_path: Path
) -> None:
    video = library.add(1, ContentType.VIDEO, clips[1], 2000)
    still = library.add(3, ContentType.IMAGE, stills[3])
    library.publish(library.manifest((video, 2000), (still, 60_000)))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.setblocking(False)
        notify = str(tmp_path / "notify")
        with running(library, VIZORA_HEADLESS="1", NOTIFY_SOCKET=notify) as process:
            playing = until(lambda: is_playing(library))
            everybody = family(process.pid)
            sockets = internet_sockets(everybody)
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(DEADLINE)
                client.connect(str(library.paths.player_socket))
                client.sendall(json.dumps({"command": "screenshot", "file": str(tmp_path / "x.png")}).encode() + b"\n")
                answer = json.loads(client.recv(4096))
            process.send_signal(end)
            exit_status = process.wait(DEADLINE)
            until(lambda: all(gone(pid) for pid in everybody))
        said = []
        try:
            while True:
                said.append(systemd.recv(4096).decode())
        except BlockingIOError:
            pass

    assert exit_status == 0
    assert playing["shown"][0]["contentId"] in (video, still)
    assert playing["unplayable"] == {}
    assert answer["ok"] is True
    assert (tmp_path / "x.png").stat().st_size > 100
    assert len(everybody) >= 3
    assert sockets == []
    assert said[0].startswith("READY=1")
    assert "WATCHDOG=1" in said
    assert said[-1] == "STOPPING=1"
    assert journal(library)[-1].completed is False
    assert not library.paths.player_socket.exists()


def test_children_die_with_a_killed_player(library: Library, clips: dict[int, bytes]) -> None:
    video = library.add(8, ContentType.VIDEO, clips[8], 4000)
    library.publish(library.manifest((video, 4000)))
    with running(library, VIZORA_HEADLESS="1") as process:
        until(lambda: is_playing(library))
        everybody = family(process.pid)
        process.kill()
        process.wait()
        until(lambda: all(gone(pid) for pid in everybody))


def test_where_nothing_can_be_written_it_plays_and_says_so(library: Library, stills: dict[int, bytes]) -> None:
    items = [(library.add(n, ContentType.IMAGE, stills[n]), 200) for n in (3, 4)]
    library.publish(library.manifest(*items))
    library.paths.plays.parent.write_text("a file where a folder should be")
    library.paths.player_socket.mkdir()
    with running(library, VIZORA_HEADLESS="1") as process:
        found = until(lambda: (is_playing(library) or {}).get("problem"))
        more = until(lambda: status(library).get("playsWaiting", 0) > 2)
        process.terminate()
        exit_status = process.wait(DEADLINE)

    assert found["code"] == "VZ-112"
    assert more
    assert exit_status == 0


def test_without_a_display_it_waits_and_says_so(library: Library) -> None:
    with running(library) as process:
        found = until(lambda: status(library).get("problem"))
        process.terminate()
        exit_status = process.wait(DEADLINE)

    assert found["code"] == "VZ-111"
    assert exit_status == 0


def test_a_wrong_setting_is_named(library: Library) -> None:
    with running(library, VIZORA_WINDOW="huge") as process:
        assert process.wait(DEADLINE) == 2


def crash(library: Library, times: int = STARTS, **environ: str) -> list[int]:
    """How so many starts of a player ended that dies when it opens one of its items."""
    ended = []
    for _ in range(times):
        with running(library, "tests.edge.player.crashing_player", VIZORA_HEADLESS="1", **environ) as process:
            ended.append(process.wait(DEADLINE))
    return ended


def test_an_item_that_kills_the_process_at_each_start_is_left_out_at_last(
    library: Library, stills: dict[int, bytes]
) -> None:
    items = [(library.add(n, ContentType.IMAGE, stills[n]), 500) for n in (3, 4, 6)]
    library.publish(library.manifest(*items))
    killed = crash(library)
    with running(library, "tests.edge.player.crashing_player", VIZORA_HEADLESS="1") as process:
        playing = until(lambda: (said := is_playing(library)) and said["pid"] == process.pid and said)
        until(lambda: len({play.content_id for play in journal(library)}) > 0)
        process.terminate()
        exit_status = process.wait(DEADLINE)

    assert killed == [-signal.SIGABRT] * STARTS
    assert exit_status == 0
    assert playing["problem"]["code"] == "VZ-121"
    assert items[1][0] in playing["unplayable"]
    assert items[1][0] not in {play.content_id for play in journal(library)}


def test_a_player_that_counts_no_starts_is_killed_for_ever(library: Library, stills: dict[int, bytes]) -> None:
    """The broken twin."""
    items = [(library.add(n, ContentType.IMAGE, stills[n]), 500) for n in (3, 4, 6)]
    library.publish(library.manifest(*items))

    assert crash(library, STARTS + 1, FORGETS="1") == [-signal.SIGABRT] * (STARTS + 1)

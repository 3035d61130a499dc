"""A backup of a running cloud, restored, is that cloud: the proof by commands, processes and kills."""

import hashlib
import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from cloud.data_folder import RESTORING
from tests.cloud.content import media
from tests.cloud.content.running_cloud import EMAIL, PASSWORD, RunningCloud
from tests.cloud.content.test_kill import picture
from tests.cloud.operations.command import begin, run


def everything(running: RunningCloud) -> dict[str, Any]:
    """What a person sees, the bytes of every file included."""
    content = running.get("/api/content?limit=200").json()["items"]
    return {
        "me": running.get("/api/auth/me").json()["organization"],
        "content": content,
        "files": {
            item["id"]: hashlib.sha256(running.get(item["fileUrl"]).content).hexdigest()
            for item in content
            if item["fileUrl"]
        },
        "thumbnails": {
            item["id"]: running.get(item["thumbnailUrl"]).content for item in content if item["thumbnailUrl"]
        },
        "playlists": running.get("/api/playlists").json(),
    }


def wait_until_checked(running: RunningCloud) -> None:
    while any(item["uploadStatus"] == "processing" for item in running.get("/api/content").json()["items"]):
        pass


def fill(running: RunningCloud) -> None:
    made = [running.upload(data).json()["id"] for data in (media.still("PNG", (40, 30)), picture(1, 300_000))]
    wait_until_checked(running)
    items = [{"contentId": id_} for id_ in made]
    answer = running.session.post(f"{running.url}/api/playlists", json={"name": "Morning", "items": items}, timeout=30)
    assert answer.status_code == 201


def test_a_restored_cloud_is_the_one_that_was_backed_up(running: RunningCloud, tmp_path: Path) -> None:
    fill(running)
    before, archive = everything(running), tmp_path / "vizora.tar"
    made = run("backup", archive, "--data", running.data)
    assert made.returncode == 0, made.stderr
    assert archive.stat().st_mode & 0o777 == 0o600
    running.kill()
    running.data = tmp_path / "elsewhere"
    restored = run("restore", archive, "--data", running.data)
    assert restored.returncode == 0, restored.stderr
    running.start()

    assert everything(running) == before  # with the token from before: the secrets came along
    login = running.session.post(
        f"{running.url}/api/auth/login", json={"email": EMAIL, "password": PASSWORD}, timeout=30
    )
    assert login.status_code == 200
    assert run("check", "--data", running.data).returncode == 0


def test_a_backup_made_while_people_work_is_whole(running: RunningCloud, tmp_path: Path) -> None:
    """Content comes and goes all the time; whatever the backup has, it has whole."""
    fill(running)
    stop, archive = threading.Event(), tmp_path / "vizora.tar"

    def work() -> None:
        number = 100
        while not stop.is_set():
            number += 1
            made = running.upload(picture(number, 50_000)).json()["id"]
            if number % 2:
                running.session.delete(f"{running.url}/api/content/{made}", timeout=30)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        made = run("backup", archive, "--data", running.data)
    finally:
        stop.set()
        worker.join()
    assert made.returncode == 0, made.stderr
    running.kill()
    restored = run("restore", archive, "--data", tmp_path / "elsewhere")
    assert restored.returncode == 0, restored.stderr
    checked = run("check", "--json", "--data", tmp_path / "elsewhere")

    assert json.loads(checked.stdout)["good"]
    assert json.loads(checked.stdout)["files"] >= 2


def test_a_backup_that_is_killed_leaves_no_backup(running: RunningCloud, tmp_path: Path) -> None:
    for number in range(4):
        running.upload(picture(number, 8_000_000))
    archive = tmp_path / "vizora.tar"
    process = begin("backup", archive, "--data", running.data)
    part = tmp_path / ".vizora.tar.part"
    while process.poll() is None and not (part.exists() and part.stat().st_size > 1_000_000):
        pass
    process.kill()
    killed = process.wait()

    assert killed == -9
    assert not archive.exists()
    refused = run("restore", part, "--data", tmp_path / "elsewhere")
    assert refused.returncode == 1
    assert "vizora cloud: the backup" in refused.stderr
    assert run("backup", archive, "--data", running.data).returncode == 0


def test_a_restore_that_is_killed_leaves_nothing_that_starts_and_can_be_repeated(
    running: RunningCloud, tmp_path: Path
) -> None:
    for number in range(4):
        running.upload(picture(number, 8_000_000))
    wait_until_checked(running)
    archive, data = tmp_path / "vizora.tar", tmp_path / "elsewhere"
    assert run("backup", archive, "--data", running.data).returncode == 0
    before = everything(running)
    running.kill()
    process = begin("restore", archive, "--data", data)
    while process.poll() is None and not any((data / RESTORING).glob("content/*")):
        pass
    process.kill()
    assert process.wait() == -9
    start = run("serve", "--port", "0", "--data", data)

    assert start.returncode == 1
    assert "broken off" in start.stderr
    assert run("restore", archive, "--data", data).returncode == 0
    running.data = data
    running.start()
    assert everything(running) == before


def test_a_folder_with_anything_in_it_is_left_alone(running: RunningCloud, tmp_path: Path) -> None:
    archive = tmp_path / "vizora.tar"
    assert run("backup", archive, "--data", running.data).returncode == 0
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("dear")
    refused = [run("restore", archive, "--data", folder) for folder in (mine, running.data)]
    again = run("backup", archive, "--data", running.data)

    assert [one.returncode for one in refused] == [1, 1]
    assert "not empty" in refused[0].stderr
    assert "used by another vizora cloud" in refused[1].stderr
    assert (mine / "letter.txt").read_text() == "dear"
    assert again.returncode == 1
    assert "exists" in again.stderr


@pytest.mark.parametrize("password", ["a new horse battery", "short"])
def test_somebody_who_can_not_sign_in_any_more_is_let_in(running: RunningCloud, tmp_path: Path, password: str) -> None:
    held = run("create-admin", "--email", EMAIL, "--data", running.data, said=f"{password}\n")
    running.kill()
    made = run("create-admin", "--email", EMAIL.upper(), "--data", running.data, said=f"{password}\n")
    new = run("create-admin", "--email", "new@b.example", "--data", running.data, said=f"{password}\n")
    running.start()
    old = running.get("/api/auth/me").status_code
    answers = [
        running.session.post(f"{running.url}/api/auth/login", json={"email": email, "password": password}, timeout=30)
        for email in (EMAIL, "new@b.example")
    ]

    right = password != "short"
    assert held.returncode == 1
    assert "used by another" in held.stderr or not right
    assert [made.returncode, new.returncode] == ([0, 0] if right else [1, 1])
    assert [answer.status_code for answer in answers] == ([200, 200] if right else [401, 401])
    assert old == (401 if right else 200)
    assert password not in made.stdout + made.stderr


def test_migrating_says_where_the_database_is(tmp_path: Path) -> None:
    done = run("migrate", "--data", tmp_path / "var")

    assert (done.returncode, "at step" in done.stdout) == (0, True)
    assert os.listdir(tmp_path / "var")  # noqa: PTH208

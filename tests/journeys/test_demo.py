"""The main road as a newcomer walks it: one command, content on the glass."""

import base64
import json
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageStat

from tests.journeys.media import CLIP, STILLS, WRONG, make_folder
from tests.journeys.running_demo import running_demo


def brightness(picture: Path) -> float:
    with Image.open(picture) as opened:
        return float(ImageStat.Stat(opened.convert("L")).mean[0])


def test_the_welcome_loop_comes_on_the_glass_and_the_demo_ends_by_itself(tmp_path: Path) -> None:
    picture = tmp_path / "glass.png"

    with running_demo(tmp_path / "data", "--seconds", "3", "--screenshot", str(picture)) as demo:
        ready = demo.next_event("ready")
        shown = demo.next_event("shown")
        status = demo.wait()

    assert status == 0, demo.logs()
    assert ready["url"].startswith("http://127.0.0.1:")
    assert shown["type"] in {"image", "video"}
    assert shown["durationMs"] > 0
    assert demo.events[-1]["event"] == "end"
    assert demo.events[-1]["shown"] == sum(event["event"] == "shown" for event in demo.events)
    assert brightness(picture) > 5, "the glass was black"


def test_of_a_folder_all_that_can_be_shown_is_shown_and_the_rest_is_named(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "content")

    with running_demo(tmp_path / "data", "--content", str(folder)) as demo:
        demo.next_event("ready")
        while not shown_titles(demo.events) >= {CLIP, *STILLS}:
            demo.next_event("shown")
        assert demo.end() == 0, demo.logs()

    refused = {Path(event["file"]).name: event for event in demo.events if event["event"] == "refused"}
    assert {name: event["code"] for name, event in refused.items()} == WRONG
    assert all(len(event["reason"]) > 10 for event in refused.values())
    assert shown_titles(demo.events) == {CLIP, *STILLS}


def shown_titles(events: Iterable[dict[str, Any]]) -> set[str]:
    return {event["title"] for event in events if event["event"] == "shown"}


def test_a_second_run_goes_on_from_the_first(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "content")
    data = tmp_path / "data"
    counts = []

    for _ in range(2):
        with running_demo(data, "--content", str(folder)) as demo:
            ready = demo.next_event("ready")
            api = demo.api()
            counts.append(
                {path: len(list(api.list(path))) for path in ("/api/content", "/api/devices", "/api/schedules")}
            )
            assert demo.end() == 0, demo.logs()

    assert counts[0] == counts[1]
    assert counts[0]["/api/devices"] == 1
    assert json.loads((data / "account.json").read_text())["password"] == ready["password"]


def test_nothing_secret_is_readable_by_others(tmp_path: Path) -> None:
    with running_demo(tmp_path / "data", "--seconds", "0.1") as demo:
        assert demo.wait() == 0, demo.logs()

    secret = [demo.data / "account.json", *(demo.data / "device" / "state" / "identity").iterdir()]
    secret += [file for file in (demo.data / "cloud").rglob("*") if "secret" in file.name or "key" in file.name]
    assert len(secret) >= 4
    assert {oct(stat.S_IMODE(file.stat().st_mode)) for file in secret if file.is_file()} == {"0o600"}


def lying_in(folder: Path, secret: bytes) -> list[str]:
    """The files that hold a secret, as it is or written in letters."""
    forms = {secret, secret.hex().encode(), base64.b64encode(secret).rstrip(b"=")}
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [file.name for file in files if any(form in file.read_bytes() for form in forms)]


def test_a_screens_card_holds_its_own_secrets_and_none_of_the_clouds_or_of_people(tmp_path: Path) -> None:
    with running_demo(tmp_path / "data", "--seconds", "0.1") as demo:
        assert demo.wait() == 0, demo.logs()

    cloud, card = demo.data / "cloud", demo.data / "device" / "state"
    foreign = [file.read_bytes() for file in cloud.rglob("*") if file.is_file() and file.parent.name == "secrets"]
    foreign += [text.encode() for text in json.loads((demo.data / "account.json").read_bytes()).values()]
    own = json.loads((card / "identity" / "credentials.json").read_bytes())["deviceToken"]

    assert len(foreign) >= 4
    assert [lying_in(card, secret) for secret in foreign] == [[]] * len(foreign)
    assert lying_in(card, own.encode()) == ["credentials.json"]  # or the look would not see anything


def test_two_demos_do_not_share_a_data_folder(tmp_path: Path) -> None:
    with running_demo(tmp_path / "data") as first:
        first.next_event("ready")
        with running_demo(tmp_path / "data") as second:
            assert second.wait() == 1
        assert first.end() == 0


@pytest.mark.parametrize("content", ["nothing", "only text"])
def test_a_folder_with_nothing_to_show_ends_the_demo_with_a_reason(
    tmp_path: Path, content: str, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "content"
    folder.mkdir()
    if content == "only text":
        (folder / "notes.txt").write_text("buy milk")

    with running_demo(tmp_path / "data", "--content", str(folder)) as demo:
        assert demo.wait() == 1

    assert str(folder) in capfd.readouterr().err

import json
from pathlib import Path

from edge.cli.demo.glass import Glass, Shown

SINCE = "2026-01-01T00:00:02Z"


def status(item: str, started: str = "2026-01-01T00:00:00Z", ends: str = "2026-01-01T00:00:08Z") -> str:
    return json.dumps(
        {
            "answer": {"zones": [{"zoneId": "main", "itemId": item, "startedAt": started, "endsAt": ends}]},
            "shown": [
                {"zoneId": "main", "itemId": item, "title": "A", "type": "image", "since": "2026-01-01T00:00:02Z"}
            ],
        }
    )


def test_each_showing_is_told_once(tmp_path: Path) -> None:
    file = tmp_path / "player.json"
    glass = Glass(file)
    file.write_text(status("1"))

    assert list(glass.news()) == [Shown("A", "image", SINCE, 8000)]
    assert list(glass.news()) == []

    file.write_text(status("1", started="2026-01-01T00:00:08Z", ends="2026-01-01T00:00:16Z"))
    assert len(list(glass.news())) == 1


def test_an_item_that_is_due_but_not_shown_yet_is_no_news(tmp_path: Path) -> None:
    file = tmp_path / "player.json"
    report = json.loads(status("1"))
    report["answer"]["zones"][0]["itemId"] = "2"
    file.write_text(json.dumps(report))

    assert list(Glass(file).news()) == []


def test_a_missing_or_half_written_status_is_no_news(tmp_path: Path) -> None:
    file = tmp_path / "player.json"
    assert list(Glass(file).news()) == []
    file.write_text(status("1")[:40])
    assert list(Glass(file).news()) == []
    file.write_text("[]")
    assert list(Glass(file).news()) == []

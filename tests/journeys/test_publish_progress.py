"""A person presses Publish and watches the page: how far it is moves by itself, and so does what the screen shows."""

from pathlib import Path
from typing import Any

from tests.journeys.media import make_folder
from tests.journeys.running_demo import RunningDemo, eventually, running_demo


def test_publishing_is_followed_to_the_glass_and_back_without_waiting_for_the_next_heartbeat(tmp_path: Path) -> None:
    with running_demo(tmp_path / "data", "--content", str(make_folder(tmp_path / "content"))) as demo:
        demo.next_event("ready")
        api = demo.api()
        picture = next(content for content in api.list("/api/content") if content["type"] == "image")
        (device,) = api.list("/api/devices")

        override = api.create(
            "/api/publish",
            {"contentId": picture["id"], "target": {"all": True}, "durationMs": 600_000, "level": "normal"},
        )
        eventually(lambda: on_glass_at(demo, override["id"]), "the report that it is on the glass")
        shown = eventually(lambda: shown_by(demo, device["id"], override["id"]), "what the screen shows now")
        api.remove(f"/api/publish/{override['id']}")
        eventually(lambda: source(now(demo, device["id"])).get("kind") == "schedule", "the report of its end")

    assert shown["manifestVersion"] == shown["issuedVersion"]
    assert shown["currentContent"]["shown"][0]["title"] == picture["title"]


def on_glass_at(demo: RunningDemo, override_id: str) -> str | None:
    (screen,) = demo.api().list(f"/api/publish/{override_id}/screens")
    return screen["onGlassAt"] if screen["sentAt"] and screen["downloadedAt"] else None


def shown_by(demo: RunningDemo, device_id: str, override_id: str) -> Any:
    """What the cloud says of the screen once it says that this override is on it."""
    answer = now(demo, device_id)
    return answer if source(answer).get("id") == override_id else None


def source(answer: Any) -> dict[str, Any]:
    return (answer["currentContent"] or {}).get("source") or {}


def now(demo: RunningDemo, device_id: str) -> Any:
    api = demo.api()
    return api.session.get(f"{api.url}/api/devices/{device_id}/now", timeout=30).json()

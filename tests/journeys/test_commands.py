"""What an admin tells a screen to do is done, and answered with what really happened."""

from pathlib import Path
from typing import Any

from edge.cli.demo.api import CloudApi
from tests.journeys.media import make_folder
from tests.journeys.running_demo import eventually, running_demo


def test_commands_are_carried_out_and_answered_honestly(tmp_path: Path) -> None:
    with running_demo(tmp_path / "data", "--content", str(make_folder(tmp_path / "content"))) as demo:
        demo.next_event("ready")
        api = demo.api()
        (device,) = api.list("/api/devices")
        boot = demo.player()["bootId"]

        screenshot = command(api, device["id"], "screenshot")
        picture = api.session.get(f"{api.url}/api/devices/{device['id']}/screenshot", timeout=30)
        identify = command(api, device["id"], "identify")
        cleared = command(api, device["id"], "clear-cache")
        volume = command(api, device["id"], "volume", volume=30)
        reboot = command(api, device["id"], "reboot")
        restarted = command(api, device["id"], "restart-player")
        eventually(demo.on_glass, "content on the glass again")

        assert demo.player()["bootId"] != boot
    assert screenshot["status"] == identify["status"] == restarted["status"] == "done", demo.logs()
    assert picture.content.startswith(b"\x89PNG")
    assert cleared["result"] == {"ok": True, "files": 0, "bytes": 0}
    assert volume["result"] == {"ok": True, "volume": 30}
    assert reboot["status"] == "failed"
    assert "can't be rebooted by command" in reboot["result"]["error"]


def command(api: CloudApi, device_id: str, kind: str, **args: int) -> dict[str, Any]:
    """What the cloud knows of it once the screen has answered."""
    sent = api.create(f"/api/devices/{device_id}/commands", {"type": kind, "args": args})["commandId"]

    def answered() -> dict[str, Any] | None:
        found: dict[str, Any] = api.session.get(f"{api.url}/api/devices/{device_id}/commands/{sent}", timeout=30).json()
        return found if found["status"] in ("done", "failed") else None

    return eventually(answered, f"the answer to {kind}")

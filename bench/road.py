"""How long the main road takes: demo start to the first own picture, publish to glass for a 5 MB picture.

Method: the real `vizora demo --headless` with all its processes on this machine, over loopback. "On the glass" is
the player's own report that it presented a frame of that content (RUN/player.json), read every 20 ms. "Reported" is
when the cloud's `GET /api/publish/{id}/screens` says so, asked every 20 ms: what a person before the web page sees.
"""

import argparse
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from PIL import Image

from tests.journeys.running_demo import RunningDemo, running_demo

ROUNDS = 3
STEPS = ("sent", "downloaded", "onGlass")
PICTURE_BYTES = 5_000_000
LIMIT_S = 60.0


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="vizora-bench-") as folder:
        began = time.monotonic()
        with running_demo(Path(folder) / "data") as demo:
            demo.next_event("ready")
            start = time.monotonic() - began
            published = [publish_to_glass(demo, Path(folder), number) for number in range(ROUNDS)]
        began = time.monotonic()
        with running_demo(Path(folder) / "data") as demo:
            demo.next_event("ready")
            again = time.monotonic() - began
    glass, reported = [p["glass"] for p in published], [p["onGlass"] for p in published]
    figures = {
        "demoStartToFirstPictureS": round(start, 2),
        "secondStartToFirstPictureS": round(again, 2),
        "publishToGlassS": round(median(glass), 2),
        "publishToGlassAllS": [round(value, 2) for value in glass],
        "publishToReportedOnGlassS": round(median(reported), 2),
        "publishToReportedS": [{step: round(p[step], 2) for step in STEPS} for p in published],
        "pictureBytes": PICTURE_BYTES,
        "load": round(os.getloadavg()[0], 2),
    }
    if asked.json:
        print(json.dumps({"bench": "road", **figures}))
    else:
        print(f"road: {figures}")
    return 0


def publish_to_glass(demo: RunningDemo, folder: Path, number: int) -> dict[str, float]:
    """Seconds from pressing Publish on a picture that was just uploaded: to its first frame, and to each report."""
    api = demo.api()
    content = api.upload(picture(folder / f"bench-{number}.png", number), f"bench {number}")
    _wait(lambda: api.content(content["id"])["uploadStatus"] == "ready")
    began = time.monotonic()
    override = api.create(
        "/api/publish", {"contentId": content["id"], "target": {"all": True}, "durationMs": 600_000, "level": "normal"}
    )
    taken: dict[str, float] = {}

    def is_everything_told() -> bool:
        if any(shown["contentId"] == content["id"] for shown in demo.player().get("shown", [])):
            taken.setdefault("glass", time.monotonic() - began)
        (screen,) = api.list(f"/api/publish/{override['id']}/screens")
        for step in STEPS:
            if screen[f"{step}At"] is not None:
                taken.setdefault(step, time.monotonic() - began)
        return {"glass", *STEPS} <= taken.keys()

    _wait(is_everything_told)
    api.remove(f"/api/publish/{override['id']}")
    return taken


def picture(file: Path, seed: int) -> Path:
    """A PNG of about 5 MB: noise, which does not compress."""
    width, height = 1920, 868
    Image.frombytes("RGB", (width, height), random.Random(seed).randbytes(width * height * 3)).save(file)
    assert abs(file.stat().st_size - PICTURE_BYTES) < PICTURE_BYTES * 0.05, file.stat().st_size
    return file


def _wait(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT_S
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not on the glass within {LIMIT_S:g} s")
        time.sleep(0.02)

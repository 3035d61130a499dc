"""The player's figures, on this machine, without a display: `python -m bench.player [--json]`.

- start: from starting `python -m edge.player` (with a manifest in place) to its first own picture on the stage.
- gap: how late the first picture of each item is presented after its instant, in real time, over switches of marker
  clips and stills. What was presented is read back from the renderer, so a foreign or black picture is counted too.
- sound: how long after its picture a beep leaves for the sound device (SDL's disk driver, which keeps a device's pace).
- cpu: processor time of the stage process alone for each presented video picture (software renderer).
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from edge.clock import SystemClock
from tests.child_process import dies_with_its_parent
from tests.edge.player.rig import Library, Rig, Size
from tests.fakes import marker_clips
from tests.fakes.recording import sound_after_picture
from vizora.manifest.model import ContentType

DEADLINE = 60.0
SIZES: dict[str, Size] = {"720p": (1280, 720), "1080p": (1920, 1080)}


def start_to_first_picture(root: Path) -> float:
    """Seconds."""
    library = Library(root)
    clip = marker_clips.clip(root / "c.mp4", 1, 4.0, size=SIZES["720p"]).read_bytes()
    library.publish(library.manifest((library.add(1, ContentType.VIDEO, clip, 4000), 4000)))
    environ = {
        **os.environ,
        "VIZORA_STATE_DIR": str(library.paths.state),
        "VIZORA_RUN_DIR": str(library.paths.run),
        "VIZORA_WINDOW": "1280x720",
        "VIZORA_HEADLESS": "1",
    }
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "edge.player"], env=environ, stdout=subprocess.DEVNULL, preexec_fn=dies_with_its_parent
    )
    try:
        while not _playing(library):
            if time.monotonic() - begun > DEADLINE:
                raise TimeoutError("the player showed nothing")
            time.sleep(0.002)
        return time.monotonic() - begun
    finally:
        process.terminate()
        process.wait()


def _playing(library: Library) -> bool:
    try:
        return bool(json.loads(library.paths.player_status.read_bytes())["state"] == "playing")
    except (OSError, ValueError):
        return False


def show(root: Path, size: Size, switches: int) -> dict[str, Any]:
    """Plays clips of one second and stills of half a second in turn, in real time."""
    library = Library(root)
    kinds = {n: ContentType.VIDEO if n != 3 else ContentType.IMAGE for n in (1, 2, 3)}
    lengths = {n: 1000 if n != 3 else 500 for n in kinds}
    items = []
    for n, kind in kinds.items():
        if kind is ContentType.VIDEO:
            data = marker_clips.clip(root / f"{n}.mp4", n, 1.0, size=size).read_bytes()
        else:
            data = marker_clips.still(root / "s.png", n).read_bytes()
        items.append((library.add(n, kind, data, lengths[n]), lengths[n]))
    library.publish(library.manifest(*items))
    clock = SystemClock()
    rig = Rig(library, size=size, clock=clock)
    rig.look()
    gaps: list[float] = []
    foreign, shown = 0, None
    cpu, moving = 0.0, 0
    while len(gaps) < switches:
        before = time.process_time()
        presented = rig.player.tick()
        spent = time.process_time() - before
        at = clock.now()
        slots = rig.player.show.shown
        if presented and slots:
            if slots[0].asset.type is ContentType.VIDEO and shown == slots[0].key:
                cpu += spent
                moving += 1
            if shown is not None and shown != slots[0].key:
                gaps.append((at - slots[0].answer.started_at).total_seconds() * 1000)
            shown = slots[0].key
            foreign += kinds[1] is slots[0].asset.type and rig.marker() is None
        clock.sleep(rig.player.pause())
    rig.player.close()
    return {
        "gapMsMedian": round(statistics.median(gaps), 1),
        "gapMsWorst": round(max(gaps), 1),
        "switches": len(gaps),
        "foreignPictures": foreign,
        "stageCpuMsPerPicture": round(cpu / max(1, moving) * 1000, 2),
        "pictures": moving,
    }


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.player", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    parser.add_argument("--switches", type=int, default=15, help="items to switch between at each size")
    wanted = parser.parse_args(arguments)
    result: dict[str, Any] = {"load": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory() as scratch:
        starts = [start_to_first_picture(_made(Path(scratch) / f"start{n}")) for n in range(3)]
        result["startToFirstPictureS"] = round(statistics.median(starts), 2)
        for name, size in SIZES.items():
            result[name] = show(_made(Path(scratch) / name), size, wanted.switches)
        beeps = sound_after_picture(_made(Path(scratch) / "sound"), 15)
        result["soundAfterPictureMsMedian"] = round(statistics.median(beeps.apart) * 1000, 1)
        result["soundAfterPictureMsWorst"] = round(max(beeps.apart, key=abs) * 1000, 1)
        result["beeps"], result["beepsUnheard"] = len(beeps.apart) + beeps.unheard, beeps.unheard
    result["loadAfter"] = os.getloadavg()[0]
    if wanted.json:
        print(json.dumps({"bench": "player", **result}))
        return 0
    print(f"start to first picture   {result['startToFirstPictureS']} s   (median of 3, process start included)")
    for name in SIZES:
        one = result[name]
        print(
            f"{name:6} gap median {one['gapMsMedian']} ms, worst {one['gapMsWorst']} ms, {one['switches']} switches; "
            f"{one['foreignPictures']} foreign or black; stage {one['stageCpuMsPerPicture']} ms CPU a picture"
        )
    print(
        f"sound  {result['soundAfterPictureMsMedian']} ms after its picture (median), "
        f"{result['soundAfterPictureMsWorst']} ms at worst; {result['beepsUnheard']} of {result['beeps']} unheard"
    )
    print(f"load average {result['load']:.1f} before, {result['loadAfter']:.1f} after, {os.cpu_count()} processors")
    return 0


def _made(path: Path) -> Path:
    path.mkdir()
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

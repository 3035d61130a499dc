"""The player's figures, on this machine: `python -m bench.player [--json] [--switches 50] [--sustained 600]`.

A real player in a window of an X server without a screen (Xvfb); another process maps that server's frame buffer and
looks a thousand times a second, so what is measured is what somebody before the screen would see.

- start: from starting `python -m edge.player` (with a manifest in place) to its first picture on the glass.
- gap: from one item to the next, for each pair of kinds, PyAV and python-vlc; and how long the glass was black.
- sustained: pictures of a 1080p30 film that never came, processor time of the stage a frame, memory; by the renderer
  the player chooses (SDL's own where there is no graphics processor), and by OpenGL.
- crossfade: frames a second when nothing waits for a clock, 1080p, software renderer.
- page beside a film: from the player's start to a web page's first picture, what its browser takes, and what becomes of
  a film in the zone above.
- sound: how long after its picture a beep is heard from a sound device that takes exactly 48,000 samples a second (at
  the end of a pipe, behind SDL's disk driver); of a film, and of a UDP stream by each library.

The defaults take about five minutes; the long form (`--switches 50 --sustained 600`) twenty.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pygame

from bench.player_on_glass import Change, black_ms, changes, on_glass
from bench.player_web import page_beside_film
from edge.config import VideoBackend
from edge.player.stage.geometry import Rect
from edge.player.stage.scene import Layer, Scene
from edge.player.stage.stage import Stage
from tests.edge.player.rig import Library, Size
from tests.fakes import marker_clips
from tests.fakes.recording import sound_after_picture
from tests.fakes.xserver import free_number, xserver
from vizora.manifest.model import ContentType

SIZES: dict[str, Size] = {"720p": (1280, 720), "1080p": (1920, 1080)}
FRAME = 1 / marker_clips.FPS
ITEM = 0.6
"""Seconds of each item in the round of switches."""
ONE, TWO, STILL, PAGE, LONG = 1, 2, 3, 4, 5
ROUND = (ONE, TWO, STILL, ONE, PAGE)
PAIRS = {
    "video to video": (ONE, TWO),
    "video to image": (TWO, STILL),
    "image to video": (STILL, ONE),
    "PDF to video": (PAGE, ONE),
}
LONG_SECONDS = 10.0


def content(root: Path, size: Size) -> Library:
    library = Library(root / "device")
    for number in (ONE, TWO):
        film = marker_clips.clip(root / f"{number}.mp4", number, ITEM, size=size).read_bytes()
        library.add(number, ContentType.VIDEO, film, round(ITEM * 1000))
    library.add(STILL, ContentType.IMAGE, marker_clips.still(root / "s.png", STILL, size=size).read_bytes())
    library.add(PAGE, ContentType.PDF, marker_clips.page(root / "p.pdf", PAGE, size=size).read_bytes())
    return library


def switches(root: Path, size: Size, count: int, order: Sequence[int], **environ: str) -> dict[str, Any]:
    library = content(root, size)
    contents = list(library.assets)
    numbers = {n: contents[n - 1] for n in (ONE, TWO, STILL, PAGE)}
    library.publish(library.manifest(*((numbers[n], round(ITEM * 1000)) for n in order)))
    with on_glass(library, root / "x", size, **environ) as player:
        time.sleep(len(order) * ITEM)  # one round to warm up
        came = player.watch(count * len(order) * ITEM)
        result: dict[str, Any] = {"startS": round(player.started_s, 2), **player.memory()}
    found = changes(came, [(n, ITEM) for n in order], FRAME, {ONE, TWO})
    for name, (before, after) in PAIRS.items():
        own = [one for one in found if (one.before, one.after) == (before, after)]
        if own:
            result[name] = gaps(own)
    result["blackMs"] = round(black_ms(came), 1)
    result["foreign"] = sum(one.clip == -2 for one in came)
    return result


def gaps(own: list[Change]) -> dict[str, Any]:
    gap, late = sorted(one.gap_ms for one in own), sorted(one.late_ms for one in own)
    return {
        "switches": len(own),
        "gapMsMedian": round(statistics.median(gap), 1),
        "gapMsP99": round(gap[min(len(gap) - 1, int(len(gap) * 0.99))], 1),
        "lateMsMedian": round(statistics.median(late), 1),
    }


def sustained(root: Path, seconds: float, **environ: str) -> dict[str, Any]:
    size = SIZES["1080p"]
    library = Library(root / "device")
    film = marker_clips.clip(root / "l.mp4", LONG, LONG_SECONDS, size=size).read_bytes()
    length = round(LONG_SECONDS * 1000)
    library.publish(library.manifest((library.add(LONG, ContentType.VIDEO, film, length), length)))
    with on_glass(library, root / "x", size, **environ) as player:
        time.sleep(2)
        frames, spent = player.frames(), player.stage_seconds()
        came = player.watch(seconds)
        frames, spent = player.frames() - frames, player.stage_seconds() - spent
        memory = player.memory()
    pictures = [one for one in came if one.clip == LONG]
    per_film = round(LONG_SECONDS * marker_clips.FPS)
    steps = [(b.picture - a.picture) % per_film for a, b in pairwise(pictures)]
    forth = [step for step in steps if step <= per_film // 2]
    return {
        "seconds": seconds,
        "pictures": len(pictures),
        "missed": sum(step - 1 for step in forth),
        "stepsBack": len(steps) - len(forth),
        "blackMs": round(black_ms(came), 1),
        "stageCpuMsPerFrame": round(spent / max(1, frames) * 1000, 2),
        **memory,
    }


def crossfade(root: Path, seconds: float = 4.0) -> float:
    """Frames a second, as fast as it goes."""
    size, number = SIZES["1080p"], free_number()
    with xserver(_made(root), number, size):
        os.environ["DISPLAY"] = f":{number}"
        os.environ["SDL_RENDER_DRIVER"] = "software"
        stage = Stage(f"{size[0]}x{size[1]}")
        try:
            surfaces = [pygame.Surface(size) for _ in range(2)]
            for surface, colour in zip(surfaces, ((200, 60, 40), (40, 60, 200)), strict=True):
                surface.fill(colour)
            textures = [stage.texture(surface) for surface in surfaces]
            whole, begun, frames = Rect(0, 0, *size), time.monotonic(), 0
            while time.monotonic() - begun < seconds:
                layers = tuple(
                    Layer(texture, 0, whole, whole, (), "#000000", opacity)
                    for texture, opacity in zip(textures, (255, frames % 254 + 1), strict=True)
                )
                stage.present(Scene("#000000", layers))
                frames += 1
            rate = frames / (time.monotonic() - begun)
            for texture in textures:
                texture.free()
        finally:
            stage.close()
            del os.environ["DISPLAY"], os.environ["SDL_RENDER_DRIVER"]
    return round(rate, 1)


def sound(root: Path, stream_by: VideoBackend | None) -> dict[str, Any]:
    beeps = sound_after_picture(root, 15, stream_by=stream_by)
    return {
        "afterPictureMsMedian": round(statistics.median(beeps.apart) * 1000, 1),
        "afterPictureMsWorst": round(max(beeps.apart, key=abs) * 1000, 1),
        "heard": len(beeps.apart),
        "unheard": beeps.unheard,
    }


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.player", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    parser.add_argument("--switches", type=int, default=25, help="of each pair of kinds at each size")
    parser.add_argument("--sustained", type=float, default=60, help="seconds of the 1080p30 film")
    wanted = parser.parse_args(arguments)
    result: dict[str, Any] = {"load": round(os.getloadavg()[0], 1)}
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        for name, size in SIZES.items():
            result[name] = switches(_made(root / name), size, wanted.switches, ROUND)
            few = max(10, wanted.switches // 3)
            vlc = switches(_made(root / f"vlc{name}"), size, few, (ONE, TWO), VIZORA_VIDEO_BACKEND="vlc")
            result[f"{name} python-vlc"] = vlc
        result["sustained 1080p30"] = sustained(_made(root / "long"), wanted.sustained)
        short = min(20, wanted.sustained)
        result["sustained by OpenGL"] = sustained(_made(root / "opengl"), short, SDL_RENDER_DRIVER="opengl")
        result["crossfadeFps1080p"] = crossfade(root / "fade")
        result["page beside a film"] = page_beside_film(_made(root / "web"), min(30, wanted.sustained))
        result["sound"] = sound(_made(root / "sound"), None)
        for backend in (VideoBackend.VLC, VideoBackend.PYAV):
            result[f"sound of a stream, {backend}"] = sound(_made(root / backend), backend)
    result["loadAfter"] = round(os.getloadavg()[0], 1)
    if wanted.json:
        print(json.dumps({"bench": "player", **result}))
        return 0
    for name, value in result.items():
        if not isinstance(value, dict):
            print(f"{name:20} {value}")
            continue
        plain = {key: one for key, one in value.items() if not isinstance(one, dict)}
        print(f"{name:20} {plain}")
        for key, one in value.items():
            if isinstance(one, dict):
                print(f"    {key:16} {one}")
    return 0


def _made(path: Path) -> Path:
    path.mkdir()
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

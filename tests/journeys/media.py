"""A small folder of content as a person would have it: what can be shown, and what can't."""

from pathlib import Path

import av
from PIL import Image, ImageDraw

STILLS = ("1 red", "2 green")
CLIP = "3 clip"
CLIPS = {"1 red": "#c0392b", "2 green": "#27ae60", "3 blue": "#2850a0"}
WRONG = {
    "4 truncated.mp4": "CONTENT_004",
    "5 empty.jpg": "CONTENT_004",
    "6 notes.txt": "CONTENT_003",
    "7 page renamed.png": "CONTENT_003",
}


def make_folder(path: Path) -> Path:
    path.mkdir()
    for title, colour in zip(STILLS, ("#c0392b", "#27ae60"), strict=True):
        picture = Image.new("RGB", (1280, 720), colour)
        ImageDraw.Draw(picture).rectangle((500, 250, 780, 470), fill="white")
        picture.save(path / f"{title}.png")
    clip = make_clip(path / f"{CLIP}.mp4", seconds=2)
    data = clip.read_bytes()
    (path / "4 truncated.mp4").write_bytes(data[: len(data) // 2])
    (path / "5 empty.jpg").write_bytes(b"")
    (path / "6 notes.txt").write_text("buy milk")
    (path / "7 page renamed.png").write_text("<!doctype html><script>alert(1)</script>")
    return path


def make_clips(path: Path) -> Path:
    """Short films only, so that much happens in little time."""
    path.mkdir()
    for title, colour in CLIPS.items():
        make_clip(path / f"{title}.mp4", seconds=2, colour=colour)
    return path


def make_clip(
    file: Path, seconds: int, colour: str = "#2850a0", size: tuple[int, int] = (640, 360), fps: int = 25
) -> Path:
    """H.264 in MP4, a bar moving over a colour."""
    with av.open(str(file), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=fps)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(seconds * fps):
            picture = Image.new("RGB", size, colour)
            x = number * size[0] // (seconds * fps)
            ImageDraw.Draw(picture).rectangle((x, 0, x + 40, size[1]), fill="white")
            for packet in stream.encode(frame(picture)):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return file


def frame(picture: Image.Image) -> av.VideoFrame:
    made: av.VideoFrame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
    return made

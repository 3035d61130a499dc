import io
import os
import select
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageCms

from edge.player.sources.stills import Still, StillPictures, StillWorker, Wanted
from edge.player.workers.stills import draw
from tests.fakes import marker_clips

RED, GREEN = (200, 30, 30), (30, 200, 30)
Colour = tuple[int, int, int]


@pytest.fixture
def worker() -> Iterator[StillWorker]:
    working = StillWorker()
    yield working
    working.close()


def finish(worker: StillWorker, wanted: Wanted) -> None:
    give_up = time.monotonic() + 30
    while not wanted.done:
        assert time.monotonic() < give_up
        worker.pump(0.0)
        if worker.answering is not None:
            select.select([worker.answering], [], [], 0.05)


def drawn(kind: str, path: Path | None, *, size: tuple[int, int] = (100, 100), fit: str = "contain", page: int = 0,
          text: str = "", background: str = "#0000ff") -> Image.Image:  # fmt: skip
    job = {"kind": kind, "path": str(path), "page": page, "width": size[0], "height": size[1], "fit": fit,
           "background": background, "text": text}  # fmt: skip
    canvas, _ = draw(job)
    return Image.frombytes("RGBA", size, canvas, "raw", "BGRA").convert("RGB")


def near(one: object, other: Colour) -> bool:
    assert isinstance(one, tuple)
    return all(abs(a - b) < 12 for a, b in zip(one, other, strict=True))


def two_halves(path: Path, **options: object) -> Path:
    """Red on the left, green on the right."""
    image = Image.new("RGB", (200, 100), RED)
    image.paste(GREEN, (100, 0, 200, 100))
    image.save(path, **options)  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.webp", "a.gif"])
def test_a_contained_image_lies_on_the_background(name: str, tmp_path: Path) -> None:
    picture = drawn("image", two_halves(tmp_path / name))

    assert near(picture.getpixel((20, 50)), RED)
    assert near(picture.getpixel((80, 50)), GREEN)
    assert near(picture.getpixel((50, 10)), (0, 0, 255))


def test_covering_and_stretching_fill_the_box(tmp_path: Path) -> None:
    path = two_halves(tmp_path / "a.png")
    for fit in ("cover", "stretch"):
        picture = drawn("image", path, fit=fit)

        assert near(picture.getpixel((10, 2)), RED)
        assert near(picture.getpixel((90, 97)), GREEN)


def test_a_photo_is_turned_as_its_camera_says(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned a quarter clockwise
    picture = drawn("image", two_halves(tmp_path / "a.jpg", exif=exif))

    assert near(picture.getpixel((50, 20)), RED)
    assert near(picture.getpixel((50, 80)), GREEN)


def test_colours_come_to_srgb(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    plain = drawn("image", two_halves(tmp_path / "plain.png"))
    broken = drawn("image", two_halves(tmp_path / "broken.png", icc_profile=b"not a profile"))
    other = drawn("image", two_halves(tmp_path / "lab.png", icc_profile=profile.tobytes()))

    assert broken.tobytes() == plain.tobytes()
    assert near(other.getpixel((20, 50)), RED)


def test_what_is_transparent_shows_the_background(tmp_path: Path) -> None:
    image = Image.new("RGBA", (100, 100), (255, 0, 0, 0))
    image.save(tmp_path / "a.png")

    assert near(drawn("image", tmp_path / "a.png").getpixel((50, 50)), (0, 0, 255))


def test_text_is_written_in_the_colour_that_stands_out() -> None:
    on_dark = drawn("text", None, text="Hello there", size=(400, 200), background="#000000")
    on_light = drawn("text", None, text="Hello there", size=(400, 200), background="#ffffff")

    assert on_dark.getextrema()[0] == (0, 255)
    assert on_light.getpixel((0, 0)) == (255, 255, 255)
    assert min(low for low, _ in on_light.getextrema()) < 60  # type: ignore[misc]


def pdf(path: Path, colours: list[Colour]) -> Path:
    pages = [Image.new("RGB", (200, 100), colour) for colour in colours]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    return path


def test_pages_of_a_document_are_drawn(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", [RED, GREEN])

    assert near(drawn("pdf", path).getpixel((50, 50)), RED)
    assert near(drawn("pdf", path, page=1).getpixel((50, 50)), GREEN)
    assert len(pypdfium2.PdfDocument(path)) == 2


def test_pages_follow_each_other_over_the_items_time(tmp_path: Path, worker: StillWorker) -> None:
    path = pdf(tmp_path / "a.pdf", [RED, GREEN, RED])
    still = Still("pdf", 40, 20, "#000000", path=path)
    source = StillPictures(worker, still, pages=3, page_seconds=10.0, start=0.0)
    shown = []
    for t in (0.0, 5.0, 10.0, 19.9, 20.0, 35.0):
        while not source.reached(t):
            worker.pump(0.0)
        picture = source.at(t)
        shown.append(None if picture is None else bytes(picture.data[2:3])[0] > 100)  # type: ignore[union-attr]
    source.close()

    assert shown == [True, None, False, None, True, None]


def test_a_killed_worker_is_replaced_and_only_its_picture_fails(tmp_path: Path, worker: StillWorker) -> None:
    path = marker_clips.still(tmp_path / "a.png", 3)
    first = worker.want(Still("image", 64, 36, "#000000", path=path))
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGSTOP)
    worker.pump(0.0)
    os.kill(worker.pid, signal.SIGKILL)
    second = worker.want(Still("image", 64, 36, "#000000", path=path))
    finish(worker, first)
    finish(worker, second)

    assert first.reason == "the still worker died over it"
    assert second.pixels is not None
    second.drop()


def test_a_hung_worker_is_replaced(tmp_path: Path, worker: StillWorker) -> None:
    path = marker_clips.still(tmp_path / "a.png", 3)
    first = worker.want(Still("image", 64, 36, "#000000", path=path))
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGSTOP)
    worker.pump(0.0)
    worker.pump(60.0)
    second = worker.want(Still("image", 64, 36, "#000000", path=path))
    finish(worker, second)

    assert "took longer" in first.reason
    assert second.pixels is not None
    second.drop()


def test_a_picture_nobody_wants_any_more_is_dropped(tmp_path: Path, worker: StillWorker) -> None:
    path = marker_clips.still(tmp_path / "a.png", 3)
    first = worker.want(Still("image", 64, 36, "#000000", path=path))
    worker.pump(0.0)
    first.drop()
    second = worker.want(Still("image", 64, 36, "#000000", path=path))
    finish(worker, second)

    assert first.pixels is None
    assert second.pixels is not None
    second.drop()


def test_no_draft_is_smaller_than_what_is_shown(tmp_path: Path) -> None:
    noise = Image.effect_noise((1600, 1200), 80).convert("RGB")
    data = io.BytesIO()
    noise.save(data, "JPEG", quality=95)
    (tmp_path / "a.jpg").write_bytes(data.getvalue())
    sharp = drawn("image", tmp_path / "a.jpg", size=(800, 600)).convert("L")
    wanted = noise.convert("L").resize((800, 600), Image.Resampling.LANCZOS)
    difference = sum(abs(a - b) for a, b in zip(sharp.tobytes(), wanted.tobytes(), strict=True)) / (800 * 600)

    assert difference < 12

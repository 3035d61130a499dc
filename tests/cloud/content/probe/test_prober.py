"""The real decoding process on real and on hostile files, and what the parent does when it misbehaves."""

import io
import os
import select
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageStat

from cloud.content.faults import DamagedFile, ProbeBroken
from cloud.content.media_type import MediaType
from cloud.content.probe.limits import LIMITS
from cloud.content.probe.prober import Probed, Prober
from cloud.content.probe.process import ProbeStopped
from cloud.content.probe.report import Facts
from tests.cloud.content import media

CHILDREN = "tests.cloud.content.probe.children."
Probe = Callable[..., Probed]


@pytest.fixture
def probe(tmp_path: Path) -> Probe:
    """Puts bytes in a file and probes it."""

    def run(data: bytes, kind: MediaType, prober: Prober | None = None) -> Probed:
        path = tmp_path / "sample"
        path.write_bytes(data)
        return (prober or Prober()).probe(path, kind)

    return run


@pytest.mark.parametrize(
    ("kind", "data", "facts"),
    [
        (MediaType.JPEG, media.still("JPEG"), Facts(160, 90)),
        (MediaType.JPEG, media.still("JPEG", mode="CMYK"), Facts(160, 90)),
        (MediaType.PNG, media.still("PNG"), Facts(160, 90)),
        (MediaType.PNG, media.still("PNG", mode="P"), Facts(160, 90)),
        (MediaType.PNG, media.still("PNG", mode="1"), Facts(160, 90)),
        (MediaType.GIF, media.animation("GIF"), Facts(64, 36, duration_ms=1000)),
        (MediaType.GIF, media.still("GIF", mode="P"), Facts(160, 90)),
        (MediaType.GIF, media.still("GIF", mode="P") + b"\x01", Facts(160, 90)),
        (MediaType.GIF, media.still("GIF", mode="P")[:-1], Facts(160, 90)),
        (MediaType.WEBP, media.still("WEBP"), Facts(160, 90)),
        (MediaType.WEBP, media.animation("WEBP"), Facts(64, 36, duration_ms=1000)),
        (MediaType.MP4, media.video(), Facts(160, 90, duration_ms=2000)),
        (MediaType.MP4, media.video(faststart=True), Facts(160, 90, duration_ms=2000)),
        (MediaType.MP4, media.video(sound=True), Facts(160, 90, duration_ms=2000)),
        (MediaType.WEBM, media.video("webm", "libvpx"), Facts(160, 90, duration_ms=2000)),
        (MediaType.WEBM, media.video("webm", "libvpx-vp9"), Facts(160, 90, duration_ms=2000)),
        (MediaType.PDF, media.document(), Facts(595, 842, pages=3)),
    ],
)
def test_a_whole_file_tells_its_facts_and_gives_a_thumbnail(
    probe: Probe, kind: MediaType, data: bytes, facts: Facts
) -> None:
    probed = probe(data, kind)

    thumbnail = Image.open(io.BytesIO(probed.thumbnail))
    assert probed.facts == facts
    assert thumbnail.format == "WEBP"
    assert max(thumbnail.size) <= 400


@pytest.mark.parametrize("kind", list(MediaType))
@pytest.mark.parametrize("percent", [1, 33, 66, 95, 99])
def test_a_file_cut_off_anywhere_is_found(probe: Probe, kind: MediaType, percent: int) -> None:
    whole = media.samples()[kind]

    with pytest.raises(DamagedFile) as fault:
        probe(whole[: len(whole) * percent // 100], kind)

    assert str(fault.value).endswith(".")


@pytest.mark.parametrize("percent", [60, 90, 99])
def test_a_video_that_names_its_length_first_and_is_cut_off_is_found(probe: Probe, percent: int) -> None:
    whole = media.video(faststart=True)

    with pytest.raises(DamagedFile, match="cut off"):
        probe(whole[: len(whole) * percent // 100], MediaType.MP4)


@pytest.mark.parametrize(("module", "found"), [("cloud.content.probe.child", True), (f"{CHILDREN}believes", False)])
def test_a_recording_that_broke_off_is_found_by_counting_not_by_its_header(
    probe: Probe, module: str, found: bool
) -> None:
    """As a live recorder leaves it: no size in the segment, the planned length in the header."""
    whole = bytearray(media.video("webm", "libvpx", frames=90))
    at = whole.find(b"\x18\x53\x80\x67") + 4
    whole[at : at + 8] = b"\x01" + b"\xff" * 7

    try:
        probe(bytes(whole[: len(whole) // 2]), MediaType.WEBM, Prober(module=module))
        was_found = False
    except DamagedFile as fault:
        was_found = "cut off" in str(fault)

    assert was_found is found


def test_the_length_of_an_mp4_is_measured_whatever_its_header_says(probe: Probe) -> None:
    probed = probe(media.mp4_claiming(36_000), MediaType.MP4)

    assert probed.facts.duration_ms == 2000


@pytest.mark.parametrize(("module", "believed"), [("cloud.content.probe.child", False), (f"{CHILDREN}believes", True)])
def test_a_webm_that_promises_ten_hours_and_has_two_seconds_is_refused(
    probe: Probe, module: str, believed: bool
) -> None:
    try:
        was_believed = probe(media.webm_claiming(36_000), MediaType.WEBM, Prober(module=module)).facts.duration_ms
    except DamagedFile:
        was_believed = None

    assert (was_believed == 36_000_000) is believed


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_is_measured_and_shown_upright(probe: Probe, orientation: int) -> None:
    turned = orientation >= 5

    probed = probe(media.photo(orientation=orientation), MediaType.JPEG)

    size = (90, 160) if turned else (160, 90)
    assert (probed.facts.width, probed.facts.height) == size
    assert Image.open(io.BytesIO(probed.thumbnail)).size == size


def test_transparency_stays_in_the_thumbnail(probe: Probe) -> None:
    picture = Image.new("RGBA", (800, 400), (255, 0, 0, 0))
    out = io.BytesIO()
    picture.save(out, "PNG")

    probed = probe(out.getvalue(), MediaType.PNG)

    thumbnail = Image.open(io.BytesIO(probed.thumbnail))
    assert (thumbnail.mode, thumbnail.size) == ("RGBA", (400, 200))
    assert thumbnail.getpixel((10, 10))[3] == 0  # type: ignore[index]


def test_a_film_that_fades_in_is_not_shown_as_a_black_square(probe: Probe) -> None:
    probed = probe(media.video(dark_frames=10), MediaType.MP4)

    brightest = ImageStat.Stat(Image.open(io.BytesIO(probed.thumbnail)).convert("L")).extrema[0][1]
    assert brightest > 100


@pytest.mark.parametrize(
    ("kind", "data", "says"),
    [
        (MediaType.PNG, media.png_claiming(65_535, 65_535), "65,535 × 65,535"),
        (MediaType.PNG, media.png_claiming(20_000, 100), "16,384 pixels a side"),
        (MediaType.PNG, media.png_claiming(8_000, 8_000), "cut off or damaged"),
        (MediaType.PNG, media.png_with_text_bomb(), "too large"),
        (MediaType.GIF, media.animation("GIF", 2_100, (4, 4)), "more than 2,000 frames"),
        (MediaType.GIF, media.still("GIF")[:-2], "cut off"),
        (MediaType.GIF, media.still("GIF")[:-1] + b"junk", "no block begins there"),
        (MediaType.PDF, media.pdf_with_page(1_036_800, 1_036_800), "Allowed are up to 14,400"),
        (MediaType.PDF, media.document(501), "501 pages"),
        (MediaType.PDF, b"%PDF-1.7\n" + b"1 0 obj<<>>endobj " * 50 + b"\n%%EOF\n", "damaged"),
        (MediaType.MP4, b"#EXTM3U\nfile:///etc/passwd\n" * 20, "."),
        (MediaType.MP4, media.still("PNG"), "."),
        (MediaType.MP4, media.video("webm", "libvpx"), "."),
        (MediaType.JPEG, media.still("PNG"), "."),
    ],
)
def test_a_bomb_or_impostor_is_refused_in_a_sentence(probe: Probe, kind: MediaType, data: bytes, says: str) -> None:
    with pytest.raises(DamagedFile) as fault:
        probe(data, kind)

    assert says in str(fault.value)
    assert fault.value.code == "CONTENT_004"


def test_a_picture_that_needs_too_much_memory_is_refused_and_says_so(probe: Probe) -> None:
    small = replace(LIMITS, memory_bytes=220 << 20)
    data = media.plain((6_000, 6_000))

    with pytest.raises(DamagedFile, match="memory"):
        probe(data, MediaType.PNG, Prober(limits=small))


def test_a_pixel_limit_that_is_removed_lets_the_bomb_through_to_the_memory_limit(probe: Probe) -> None:
    no_limit = replace(LIMITS, image_pixels=1 << 40, image_side=1 << 20)

    with pytest.raises(DamagedFile) as fault:
        probe(media.png_claiming(65_535, 65_535), MediaType.PNG, Prober(limits=no_limit))

    assert "65,535" not in str(fault.value)


@pytest.mark.parametrize("kind", list(MediaType))
def test_damaged_bytes_in_the_middle_are_answered_one_way_or_the_other(probe: Probe, kind: MediaType) -> None:
    whole = media.samples()[kind]

    for tenth in (1, 4, 7):
        at = len(whole) * tenth // 10
        try:
            probe(whole[:at] + os.urandom(40) + whole[at + 40 :], kind)
        except DamagedFile:
            continue


@pytest.mark.parametrize(
    ("child", "says"),
    [
        ("chatters", "stop"),
        ("lies", "nonsense"),
        ("smuggles", "nonsense"),
        ("misses_parts", "nonsense"),
        ("makes_up_codes", "nonsense"),
        ("crashes", "stop"),
    ],
)
def test_a_process_that_misbehaves_costs_only_its_file(probe: Probe, child: str, says: str) -> None:
    with pytest.raises(DamagedFile, match=says):
        probe(media.still("PNG"), MediaType.PNG, Prober(module=CHILDREN + child))


def test_a_process_that_waits_without_computing_is_ended_and_the_machine_is_blamed(probe: Probe) -> None:
    with pytest.raises(ProbeBroken, match=r"more than 0\.5 s"):
        probe(media.still("PNG"), MediaType.PNG, Prober(limits=replace(LIMITS, wall_s=0.5), module=f"{CHILDREN}hangs"))


def test_a_process_that_computes_without_end_is_ended(probe: Probe) -> None:
    with pytest.raises(DamagedFile, match="more than 1 s"):
        probe(media.still("PNG"), MediaType.PNG, Prober(limits=replace(LIMITS, cpu_s=1), module=f"{CHILDREN}burns"))


def test_our_own_fault_is_not_blamed_on_the_file(probe: Probe) -> None:
    with pytest.raises(ProbeBroken):
        probe(media.still("PNG"), MediaType.PNG, Prober(module=f"{CHILDREN}breaks"))


@pytest.mark.parametrize(
    ("child", "worked"),
    [("escapes", "nothing worked"), ("escapes_unconfined", "read a file, open a socket, raise its limits")],
)
def test_nothing_gets_out_of_the_walls(probe: Probe, child: str, worked: str) -> None:
    with pytest.raises(DamagedFile) as report:
        probe(media.still("PNG"), MediaType.PNG, Prober(module=CHILDREN + child))

    assert report.value.fault.parts["said"] == worked


def test_a_closed_prober_starts_nothing(probe: Probe) -> None:
    prober = Prober()
    prober.close()

    with pytest.raises(ProbeStopped):
        probe(media.still("PNG"), MediaType.PNG, prober)


def test_the_process_dies_with_its_parent() -> None:
    """The parent is killed as the kernel would for want of memory: it can clean nothing up."""
    program = (
        "import subprocess, sys, os\n"
        f"child = subprocess.Popen([sys.executable, '-m', '{CHILDREN}hangs_confined', 'image/png', str(os.getpid())],"
        " stdout=subprocess.PIPE)\n"
        "print(child.stdout.readline().decode().strip(), flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        watch = os.pidfd_open(child)
        parent.kill()

    ended, _, _ = select.select([watch], [], [], 20)
    os.close(watch)
    assert ended

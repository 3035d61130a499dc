"""The real cleaning process, and what the parent does when it misbehaves."""

import asyncio
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.content.faults import DamagedFile, ProbeBroken
from cloud.content.media_type import MediaType
from cloud.content.parts import ContentParts, work
from cloud.content.privacy.cleaner import LIMITS, Cleaner, NotCleaned
from cloud.content.privacy.cleaning import without_private_data
from cloud.content.privacy.edits import Strange
from cloud.content.probe.limits import FOR_SCREENS
from cloud.content.probe.prober import Prober
from cloud.content.staging import Staging
from tests.cloud.content import media
from tests.cloud.content.privacy.films import camera
from tests.cloud.content.privacy.pdfs import telling
from tests.cloud.content.studio import Studio
from tests.cloud.house import PATIENCE_S, House

CHILDREN = "tests.cloud.content.privacy.children."
OF_PROBER = "tests.cloud.content.probe.children."
TELLING = {
    MediaType.JPEG: media.photo(),
    MediaType.PNG: media.photo(format_="PNG"),
    MediaType.WEBP: media.photo(format_="WEBP"),
    MediaType.GIF: media.animation("GIF")[:-1] + b"\x21\xfe\x03Sam\x00;",
    MediaType.MP4: camera("mp4"),
    MediaType.WEBM: camera("webm"),
    MediaType.PDF: telling(),
}


def clean(data: bytes, kind: MediaType, folder: Path, cleaner: Cleaner | None = None) -> bytes | None:
    """By the real process."""
    path, pieces = folder / "sample", list[bytes]()
    path.write_bytes(data)
    return b"".join(pieces) if (cleaner or Cleaner()).clean(path, kind, pieces.append) else None


@pytest.mark.parametrize("kind", list(MediaType))
def test_every_kind_is_cleaned_behind_the_walls_and_shown_afterwards(kind: MediaType, tmp_path: Path) -> None:
    kept = clean(TELLING[kind], kind, tmp_path)

    assert kept is not None
    assert kept != TELLING[kind]
    assert clean(kept, kind, tmp_path) is None
    (tmp_path / "kept").write_bytes(kept)
    assert Prober().probe(tmp_path / "kept", kind, FOR_SCREENS) == Prober().probe(_put(TELLING[kind], tmp_path), kind)


@pytest.mark.parametrize("kind", list(MediaType))
def test_what_still_tells_something_is_refused_when_it_is_checked(kind: MediaType, tmp_path: Path) -> None:
    """Without the look at it, it would reach screens: what went wrong when it came in would be known to nobody."""
    file = _put(TELLING[kind], tmp_path)

    Prober().probe(file, kind)
    with pytest.raises(DamagedFile, match="where, with what and by whom"):
        Prober().probe(file, kind, FOR_SCREENS)


@pytest.mark.parametrize(
    "module", [f"{CHILDREN}babbles", f"{CHILDREN}breaks_off", *(OF_PROBER + name for name in ("crashes", "lies"))]
)
def test_a_process_that_misbehaves_costs_only_its_file(module: str, tmp_path: Path) -> None:
    with pytest.raises(NotCleaned):
        clean(media.photo(), MediaType.JPEG, tmp_path, Cleaner(module=module))


def test_a_process_that_does_not_get_on_is_ended_and_not_blamed_on_the_file(tmp_path: Path) -> None:
    hangs = Cleaner(limits=replace(LIMITS, wall_s=0.5), module=f"{OF_PROBER}hangs")

    with pytest.raises(ProbeBroken, match="too busy"):
        clean(media.photo(), MediaType.JPEG, tmp_path, hangs)


def test_a_file_that_takes_too_much_computing_is_given_up(tmp_path: Path) -> None:
    burns = Cleaner(limits=replace(LIMITS, cpu_s=1), module=f"{OF_PROBER}burns")

    with pytest.raises(NotCleaned):
        clean(media.photo(), MediaType.JPEG, tmp_path, burns)


def test_our_own_fault_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    with pytest.raises(ProbeBroken):
        clean(media.photo(), MediaType.JPEG, tmp_path, Cleaner(module=f"{OF_PROBER}breaks"))


@pytest.mark.parametrize(
    ("child", "worked"),
    [
        ("is_taken_over", b"nothing worked"),
        ("is_taken_over_unconfined", b"read a file, open a socket, raise its limits"),
    ],
)
def test_a_parser_that_is_taken_over_gets_nothing_out_of_the_walls(child: str, worked: bytes, tmp_path: Path) -> None:
    assert clean(media.photo(), MediaType.JPEG, tmp_path, Cleaner(module=CHILDREN + child)) == worked


def test_the_server_itself_does_not_even_load_what_follows_strangers_bytes() -> None:
    program = (
        "import sys, cloud.app, cloud.content.routes, cloud.content.parts, cloud.uploads.routes\n"
        "print([name for name in sys.modules if name.startswith(('cloud.content.privacy.', 'PIL', 'av', 'pypdfium2'))])"
    )

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert loaded.strip() == "['cloud.content.privacy.answer', 'cloud.content.privacy.cleaner']"


def test_a_file_that_could_not_be_cleaned_leaves_nothing_beside_it(tmp_path: Path) -> None:
    with Staging(tmp_path).open() as staged:
        staged.write(media.photo())
        staged.finish()

        assert staged.cleaned(Cleaner(module=f"{CHILDREN}breaks_off")) is None

        assert list(tmp_path.iterdir()) == [staged.path]


def test_an_upload_is_not_taken_while_nothing_can_be_cleaned(studio: Studio) -> None:
    studio.house.cloud.add(replace(studio.parts, cleaner=Cleaner(module=f"{OF_PROBER}breaks")))

    sent = studio.send(media.photo())

    assert (sent.status_code, sent.json()["details"]["fault"]["code"]) == (503, "not-checked")
    assert studio.stored() == 0


def test_an_upload_that_could_not_be_cleaned_never_reaches_a_screen(studio: Studio) -> None:
    studio.house.cloud.add(replace(studio.parts, cleaner=Cleaner(module=f"{CHILDREN}breaks_off")))

    shown = studio.ready(media.photo())

    assert (shown["uploadStatus"], shown["uploadFault"]["code"]) == ("failed", "not-cleaned")


@given(
    st.sampled_from(sorted(set(MediaType) - {MediaType.PDF})),
    st.lists(st.tuples(st.integers(0, 5000), st.binary(min_size=1, max_size=8))),
    st.integers(0, 60_000),
)
@settings(max_examples=400, deadline=None)
def test_spoilt_files_are_cleaned_or_strange_and_nothing_else(
    kind: MediaType, changes: list[tuple[int, bytes]], length: int
) -> None:
    data = bytearray(TELLING[kind][:length] if length % 2 else TELLING[kind])
    for at, put in changes:
        data[at : at + len(put)] = put

    try:
        pieces = without_private_data(memoryview(data), kind)
    except Strange:
        return

    assert pieces is None or len(b"".join(pieces)) <= len(data) + 64


@pytest.mark.parametrize("kind", list(MediaType))
def test_spoilt_files_are_answered_by_the_real_process(kind: MediaType, tmp_path: Path) -> None:
    whole = TELLING[kind]
    for tenth in (1, 5, 9):
        at = len(whole) * tenth // 10
        for spoilt in (whole[:at], whole[:at] + bytes(40) + whole[at + 40 :]):
            try:
                clean(spoilt, kind, tmp_path)
            except NotCleaned:
                continue


def _put(data: bytes, folder: Path) -> Path:
    path = folder / "told"
    path.write_bytes(data)
    return path


class Held(Cleaner):
    """Cleans a file whose process never ends. `begun` is set when that has begun to answer."""

    def __init__(self) -> None:
        super().__init__(limits=replace(LIMITS, wall_s=600.0), module=f"{CHILDREN}dawdles")
        self.begun = threading.Event()

    def clean_in(self, folder: Path, threads: ThreadPoolExecutor) -> "Future[bool]":
        file = _put(media.photo(), folder)
        return threads.submit(self.clean, file, MediaType.JPEG, lambda _: self.begun.set())


class NotClosed(Held):
    def close(self) -> None: ...


def test_who_stops_the_server_waits_for_no_file_that_is_being_cleaned(house: House, tmp_path: Path) -> None:
    cleaner = Held()
    with ThreadPoolExecutor(1) as threads:
        cleaning = cleaner.clean_in(tmp_path, threads)
        stop(house, cleaner)

        assert isinstance(cleaning.exception(PATIENCE_S), ProbeBroken)


def test_a_cleaner_that_is_not_closed_is_waited_for(house: House, tmp_path: Path) -> None:
    cleaner = NotClosed()
    with ThreadPoolExecutor(1) as threads:
        cleaning = cleaner.clean_in(tmp_path, threads)
        stop(house, cleaner)

        assert not cleaning.done()
        Cleaner.close(cleaner)


def stop(house: House, cleaner: Held) -> None:
    """Once the cleaning has begun, the room's work ends, as it does with the server."""
    house.cloud.add(replace(house.cloud.part(ContentParts), cleaner=cleaner))

    async def begin_and_end() -> None:
        async with work(house.cloud):
            assert await asyncio.to_thread(cleaner.begun.wait, PATIENCE_S)

    house.on_loop(begin_and_end)

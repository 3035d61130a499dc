"""What the model of a disk keeps and what it may lose."""

import random

from tests.powercut.disk import after_cut
from tests.powercut.steps import FailedToSync, Made, Removed, Renamed, Resized, Step, Synced, SyncedFolder, Wrote

OLD, NEW = b"o" * 1500, b"n" * 1500
FIRST: list[Step] = [Made("f", 1), Wrote(1, 0, OLD), Synced(1), SyncedFolder("")]
SECOND: list[Step] = [Made("f.new", 2), Wrote(2, 0, NEW), Synced(2), Renamed("f.new", "f"), SyncedFolder("")]


def seen(steps: list[Step], cut: int | None = None) -> list[dict[str, bytes | None]]:
    """Whatever may be found, in 200 cuts at the same point."""
    return [after_cut(steps, len(steps) if cut is None else cut, random.Random(n)) for n in range(200)]


def test_what_was_synced_is_there() -> None:
    assert all(found == {"f": OLD} for found in seen(FIRST))
    assert all(found == {"f": NEW} for found in seen(FIRST + SECOND))


def test_a_file_that_is_replaced_as_it_should_be_is_the_old_one_or_the_new_one() -> None:
    found = {found["f"] for cut in range(len(FIRST), len(FIRST + SECOND) + 1) for found in seen(FIRST + SECOND, cut)}

    assert found == {OLD, NEW}


def test_what_was_renamed_without_a_sync_may_be_half_of_it() -> None:
    careless: list[Step] = [step for step in SECOND if not isinstance(step, Synced)]

    found = {found["f"] for found in seen(FIRST + careless)}

    assert NEW in found
    assert any(content not in (OLD, NEW) for content in found)


def test_a_name_that_was_not_synced_may_be_gone() -> None:
    assert {"f" in found for found in seen(FIRST[:-1])} == {True, False}
    assert {"f" in found for found in seen([*FIRST, Removed("f")])} == {True, False}
    assert all(found == {} for found in seen([*FIRST, Removed("f"), SyncedFolder("")]))


def test_names_come_back_in_their_order() -> None:
    steps: list[Step] = [Made("a", 1), Made("b", 2), Made("c", 3)]

    assert {"".join(found) for found in seen(steps)} == {"", "a", "ab", "abc"}


def test_what_lies_in_a_folder_goes_with_it() -> None:
    steps: list[Step] = [Made("d", None), Made("d/f", 1), Wrote(1, 0, OLD), Synced(1)]

    assert {tuple(found) for found in seen(steps)} == {(), ("d",), ("d", "d/f")}
    assert all(found == {"d": None, "d/f": OLD} for found in seen([*steps, SyncedFolder("d")]))


def test_a_write_is_torn_between_sectors_and_only_there() -> None:
    steps: list[Step] = [*FIRST, Wrote(1, 0, NEW)]

    found = [found["f"] or b"" for found in seen(steps)]

    assert all(len(set(content[at : at + 512])) == 1 for content in found for at in (0, 512, 1024))
    assert len({content[:512] + content[-1:] for content in found}) == 4


def test_a_file_that_is_cut_short_or_made_longer_is_so_or_not() -> None:
    assert {found["f"] for found in seen([*FIRST, Resized(1, 3)])} == {OLD, b"ooo"}
    assert {found["f"] for found in seen([*FIRST, Resized(1, 1502), Synced(1)])} == {OLD + b"\0\0"}


def test_what_a_sync_could_not_write_is_not_there_because_the_next_one_could() -> None:
    steps: list[Step] = [*FIRST, Wrote(1, 0, NEW), FailedToSync(1), Wrote(1, 1500, b"!"), Synced(1)]

    found = {found["f"] for found in seen(steps)}

    assert {OLD + b"!", NEW + b"!"} < found

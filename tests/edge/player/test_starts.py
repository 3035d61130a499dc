"""When a player starts in its safe mode, and what that leaves out."""

from msgspec.structs import replace

from edge.player.starts import (
    LASTS,
    LONGEST_STAY,
    ROUNDS,
    SHORTEST_STAY,
    STARTS,
    WINDOW,
    Start,
    Starts,
    begun,
    ended,
    lasted,
    left,
    stay,
)
from vizora.identifiers import ContentId

A, B, C, D = (ContentId(name) for name in "abcd")
ONE = "programme 1"


def crashing(times: int, *, apart: float = 10.0, open_then: tuple[ContentId, ...] = (A,), boot: str = "boot") -> Starts:
    """After so many starts that crashed, the next one."""
    found = begun(Starts(), Start(boot, 0.0), ONE, ())
    for number in range(1, times + 1):
        found = begun(found, Start(boot, number * apart), ONE, open_then)
    return found


def test_after_so_many_crashes_what_was_open_is_left_out() -> None:
    assert not crashing(STARTS - 1).is_safe
    assert crashing(STARTS).left_out == (A,)


def test_each_crash_more_leaves_out_what_was_open_then_and_at_last_everything() -> None:
    safe = crashing(STARTS)
    second = begun(safe, Start("boot", 100.0), ONE, (A, B))
    third = begun(second, Start("boot", 110.0), ONE, (C,))

    assert (second.left_out, second.is_plain, second.rounds) == ((A, B), False, ROUNDS)
    assert third.is_plain


def test_when_nothing_new_was_open_it_is_not_the_content() -> None:
    assert crashing(STARTS, open_then=()).is_plain
    assert begun(crashing(STARTS), Start("boot", 100.0), ONE, (A,)).is_plain


def test_an_end_in_order_is_no_crash_however_often() -> None:
    found = Starts()
    for number in range(50):
        found = ended(begun(found, Start("boot", number), ONE, (A,)))

    assert (found.crashed, found.is_safe) == ((), False)


def test_without_the_word_that_it_ended_restarts_would_be_crashes() -> None:
    """The broken twin."""
    found = Starts()
    for number in range(50):
        found = begun(found, Start("boot", number), ONE, (A,))

    assert found.is_safe


def test_a_power_cut_is_no_crash_however_often_and_takes_none_back() -> None:
    found = crashing(STARTS - 1)
    for number in range(50):
        found = begun(found, Start(f"boot {number}", 5.0), ONE, ())
    before = found.is_safe
    after = begun(found, Start("boot 49", 9.0), ONE, (B,))

    assert (before, after.left_out) == (False, (B,))


def test_who_lives_for_a_while_each_time_is_left_alone() -> None:
    assert not crashing(50, apart=LASTS + 1).is_safe
    assert not crashing(50, apart=WINDOW).is_safe
    assert crashing(50, apart=LASTS - 1).is_safe


def test_a_start_that_came_to_last_forgets_those_before() -> None:
    found = lasted(crashing(STARTS - 1))

    assert not begun(found, Start("boot", 900.0), ONE, (A,)).is_safe


def test_a_safe_mode_that_came_to_last_is_kept_by_the_next_start_and_by_one_of_another_day() -> None:
    safe = lasted(crashing(STARTS))

    assert begun(safe, Start("boot", 900.0), ONE, (B,)).left_out == (A,)
    assert begun(safe, Start("another", 5.0), ONE, (B,)).left_out == (A,)


def test_another_programme_is_tried_in_full() -> None:
    plain = replace(crashing(STARTS), is_plain=True)

    assert begun(plain, Start("boot", 100.0), "programme 2", (A,)) == Starts(
        "programme 2", running=Start("boot", 100.0)
    )


def test_each_time_it_was_in_vain_the_safe_mode_lasts_longer() -> None:
    stays, found = [], crashing(STARTS)
    for number in range(4):
        stays.append(stay(found))
        found = left(lasted(found))
        for attempt in range(STARTS + 1):
            found = begun(found, Start("boot", 10_000.0 * (number + 1) + attempt), ONE, (A,))

    assert found.is_safe
    assert stays == [SHORTEST_STAY, 2 * SHORTEST_STAY, LONGEST_STAY, LONGEST_STAY]

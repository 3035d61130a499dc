from edge.update.confirming import PATIENCE_S, QUIET_S, Seen, Trial, Verdict, looked, verdict


def watched(*seen: Seen) -> Trial:
    trial = Trial(began=0.0)
    for one in seen:
        trial = looked(trial, one)
    return trial


def frames(start: int, seconds: int, run: str = "r", data: str = "mounted") -> list[Seen]:
    """A look every two seconds at a player that presents 60 frames a second."""
    return [Seen(at=float(t), run=run, frames=60 * t, data=data) for t in range(start, start + seconds, 2)]


def reached(seen: list[Seen], *, replaceable: bool = True) -> Verdict:
    return verdict(watched(*seen), seen[-1].at, replaceable=replaceable)


def test_two_quiet_minutes_of_frames_confirm_a_system() -> None:
    assert reached(frames(30, 120)) is Verdict.WAIT
    assert reached(frames(30, 128)) is Verdict.CONFIRM


def test_a_player_that_is_started_again_begins_its_minutes_anew() -> None:
    assert reached(frames(30, 100) + frames(130, 100, run="another")) is Verdict.WAIT
    assert reached(frames(30, 100) + frames(130, 128, run="another")) is Verdict.CONFIRM


def test_a_player_that_speaks_without_showing_frames_never_confirms() -> None:
    frozen = [Seen(at=float(t), run="r", frames=7, data="mounted") for t in range(0, 400, 2)]

    assert reached(frozen) is Verdict.WAIT


def test_a_stall_ends_the_quiet() -> None:
    stalled = [Seen(at=float(t), run="r", frames=6000, data="mounted") for t in range(100, 130, 2)]

    assert watched(*frames(0, 100), *stalled).quiet_since is None


def test_frames_from_memory_alone_do_not_confirm_a_system() -> None:
    assert reached(frames(0, 300, data="memory")) is Verdict.WAIT


def test_data_made_anew_counts_as_data() -> None:
    assert reached(frames(0, 128, data="renewed")) is Verdict.CONFIRM


def test_a_new_system_that_shows_nothing_in_ten_minutes_makes_way() -> None:
    silent = [Seen(at=PATIENCE_S, run=None, frames=0, data="mounted")]

    assert reached(silent) is Verdict.RESTART


def test_a_system_with_nothing_better_beside_it_goes_on() -> None:
    silent = [Seen(at=PATIENCE_S, run=None, frames=0, data="mounted")]

    assert reached(silent, replaceable=False) is Verdict.LEAVE


def test_the_quiet_time_is_two_minutes() -> None:
    assert QUIET_S == 120

from edge.provision.confirmation import GIVE_UP_S, QUIET_S, STILL_S, Seen, Verdict, Watch, looked, verdict


def judged(*looks: Seen, began: float = 0.0) -> list[Verdict]:
    """After each look."""
    watch, verdicts = Watch(began), []
    for seen in looks:
        watch = looked(watch, seen)
        verdicts.append(verdict(watch, seen.at_s))
    return verdicts


def playing(start: int, end: int, boot: str = "one", first: int = 1) -> list[Seen]:
    """A look every two seconds, and frames between them."""
    return [Seen(float(at), boot, first + at - start, is_data_there=True) for at in range(start, end, 2)]


def test_frames_for_two_quiet_minutes_keep_it() -> None:
    verdicts = judged(*playing(20, 20 + int(QUIET_S) + 10))

    assert verdicts[-1] is Verdict.KEEP
    assert Verdict.KEEP not in verdicts[:60]


def test_a_player_that_restarts_begins_the_two_minutes_anew() -> None:
    verdicts = judged(*playing(20, 120), *playing(122, 220, boot="two"))

    assert set(verdicts) == {Verdict.WAIT}


def test_without_frames_it_goes_back() -> None:
    assert judged(*(Seen(float(at), None) for at in range(0, int(GIVE_UP_S) + 1, 2)))[-1] is Verdict.GO_BACK


def test_frames_that_stand_still_are_no_frames() -> None:
    frozen = [Seen(float(at), "one", 100, is_data_there=True) for at in range(100, int(GIVE_UP_S) + 10, 2)]

    verdicts = judged(*playing(20, 100), *frozen)

    assert Verdict.KEEP not in verdicts
    assert verdicts[-1] is Verdict.GO_BACK


def test_a_short_hitch_does_not_count() -> None:
    hitch = [Seen(at, "one", 50, is_data_there=True) for at in (70.0, 70.0 + STILL_S / 2)]

    assert judged(*playing(20, 70), *hitch, *playing(90, 160, first=60))[-1] is Verdict.KEEP


def test_without_its_data_it_is_not_kept() -> None:
    looks = [Seen(float(at), "one", at, is_data_there=False) for at in range(0, int(GIVE_UP_S) + 1, 2)]

    assert judged(*looks)[-1] is Verdict.GO_BACK


def test_the_network_plays_no_part() -> None:
    """A look holds nothing of it: what is not there can't be asked for."""
    assert set(Seen.__dataclass_fields__) == {"at_s", "boot_id", "frames", "is_data_there"}

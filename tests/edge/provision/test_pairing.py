import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.provision.pairing import (
    DENIED,
    AskForCode,
    Claimed,
    CodeGiven,
    Denied,
    Event,
    Expired,
    Failed,
    Granted,
    Keep,
    Pause,
    Pending,
    Poll,
    SlowDown,
    Starting,
    State,
    Waiting,
    after,
    next_step,
)
from edge.status import Problem
from vizora.device_api import DeviceSettings, Paired, PairedDevice, PairingStarted
from vizora.identifiers import DeviceId

STARTED = PairingStarted("secret", "ABC234", "http://c/pair", "http://c/pair#code=ABC234", expires_in=300, interval=2)
PAIRED = Paired("token", PairedDevice(DeviceId("d")), "ws://c", DeviceSettings(), ())
PROBLEM = Problem("VZ-107", "no cloud")


def waiting(at: float = 100.0) -> State:
    return after(Starting(), CodeGiven(STARTED), at, 0.5)


def test_it_begins_by_asking_for_a_code() -> None:
    assert next_step(Starting(), 0.0) == AskForCode()


def test_it_polls_at_the_interval_the_cloud_gave() -> None:
    state = waiting(at=100)

    assert next_step(state, 100) == Pause(2)
    assert next_step(state, 102) == Poll("secret")
    state = after(state, Pending(), 110, 0.5)
    assert next_step(state, 111) == Pause(1)


def test_slow_down_adds_five_seconds_for_good() -> None:
    state = after(waiting(at=100), SlowDown(), 102, 0.5)
    assert next_step(state, 102) == Pause(7)

    state = after(after(state, SlowDown(), 109, 0.5), Pending(), 130, 0.5)

    assert next_step(state, 130) == Pause(12)


def test_an_expired_code_renews_by_itself() -> None:
    state = after(waiting(at=100), Expired(), 400, 0.5)

    assert next_step(state, 400) == AskForCode()


@pytest.mark.parametrize("answer", [Pending(), SlowDown()])
def test_at_its_end_a_code_is_looked_at_once_more_and_then_given_up(answer: Event) -> None:
    state = after(waiting(at=100), Pending(), 399, 0.5)

    assert next_step(state, 399) == Pause(1)
    assert next_step(state, 400) == Poll("secret")
    assert next_step(after(state, answer, 400, 0.5), 400) == AskForCode()


def test_a_code_claimed_in_its_last_second_counts() -> None:
    assert after(waiting(at=100), Claimed(PAIRED), 401, 0.5) == Granted(PAIRED)


def test_denied_is_said_and_a_new_code_follows() -> None:
    state = after(waiting(), Denied(), 105, 0.5)

    assert isinstance(state, Starting)
    assert state.problem == DENIED
    assert next_step(state, 105) == Pause(10)
    assert next_step(state, 115) == AskForCode()


def test_a_claim_ends_it() -> None:
    state = after(waiting(), Claimed(PAIRED), 105, 0.5)

    assert state == Granted(PAIRED)
    assert next_step(state, 105) == Keep(PAIRED)


def test_without_the_cloud_it_waits_longer_each_time_and_says_why() -> None:
    state: State = Starting()
    waits = []
    for _ in range(8):
        state = after(state, Failed(PROBLEM), 0.0, 0.5)
        assert isinstance(state, Starting)
        assert state.problem == PROBLEM
        waits.append(state.at)

    assert waits == [0.75, 1.5, 3, 6, 12, 24, 45, 45]


def test_the_code_stays_on_the_screen_while_the_cloud_is_away() -> None:
    state = after(waiting(), Failed(PROBLEM), 105, 0.5)

    assert isinstance(state, Waiting)
    assert (state.started.user_code, state.problem) == ("ABC234", PROBLEM)
    again = after(state, Pending(), 110, 0.5)
    assert isinstance(again, Waiting)
    assert again.problem is None


def test_the_number_to_confirm_is_kept_for_the_screen() -> None:
    state = after(waiting(), Pending(confirmation="4711"), 105, 0.5)

    assert isinstance(state, Waiting)
    assert state.confirmation == "4711"


def test_the_clouds_wish_for_a_pause_is_heeded_within_reason() -> None:
    state = after(Starting(), Failed(PROBLEM, retry_after_s=30), 0.0, 0.5)
    assert next_step(state, 0.0) == Pause(30)

    state = after(Starting(), Failed(PROBLEM, retry_after_s=1e9), 0.0, 0.5)
    assert next_step(state, 0.0) == Pause(300)


EVENTS: st.SearchStrategy[Event] = st.sampled_from(
    [CodeGiven(STARTED), Pending(), SlowDown(), Expired(), Denied(), Claimed(PAIRED), Failed(PROBLEM)]
)


@settings(max_examples=100)
@given(events=st.lists(st.tuples(EVENTS, st.floats(0, 50), st.floats(0, 0.99)), max_size=40))
def test_whatever_happens_it_goes_on_within_five_minutes(events: list[tuple[Event, float, float]]) -> None:
    state: State = Starting()
    at = 0.0
    for event, passed, jitter in events:
        at += passed
        state = after(state, event, at, jitter)
        step = next_step(state, at)
        if isinstance(step, Pause):
            assert 0 < step.seconds <= 300
            assert not isinstance(next_step(state, at + step.seconds), Pause)
        assert isinstance(step, Keep) == isinstance(state, Granted)

from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.realtime.presence import SILENCE_S, Presence
from vizora.identifiers import DeviceId

SCREEN = DeviceId("screen")


def test_one_line_is_online_until_it_is_silent() -> None:
    presence = Presence()
    presence.beat(SCREEN, "a", 0.0)

    assert presence.is_online(SCREEN, SILENCE_S - 0.1)
    assert not presence.is_online(SCREEN, SILENCE_S)
    assert presence.silent(SILENCE_S) == [(SCREEN, "a")]


def test_only_the_change_is_told() -> None:
    presence = Presence()

    assert presence.beat(SCREEN, "a", 0.0)
    assert not presence.beat(SCREEN, "b", 1.0)
    assert not presence.gone(SCREEN, "a", 2.0)
    assert presence.gone(SCREEN, "b", 3.0)
    assert not presence.gone(SCREEN, "b", 4.0)


class ByDevice(Presence):
    """The broken twin: an ended line takes the screen away, whichever line it was."""

    def gone(self, device_id: DeviceId, connection_id: str, at: float) -> bool:
        return self._beats.pop(device_id, None) is not None


STEPS = st.lists(
    st.tuples(st.sampled_from(["beat", "gone"]), st.sampled_from("abc"), st.floats(0.1, 20.0)), min_size=1, max_size=40
)


def agrees_with_the_lines(presence: Presence, steps: list[tuple[str, str, float]]) -> bool:
    """Whether a screen is online exactly while one of its lines spoke in the last 45 s and has not ended."""
    now, open_lines = 0.0, dict[str, float]()
    for what, line, pause in steps:
        now += pause
        if what == "beat":
            presence.beat(SCREEN, line, now)
            open_lines[line] = now
        else:
            presence.gone(SCREEN, line, now)
            open_lines.pop(line, None)
        if presence.is_online(SCREEN, now) != any(now - beat < SILENCE_S for beat in open_lines.values()):
            return False
    return True


@given(STEPS)
@settings(max_examples=300, deadline=None)
def test_however_lines_come_and_go(steps: list[tuple[str, str, float]]) -> None:
    assert agrees_with_the_lines(Presence(), steps)


def test_the_broken_twin_shows_a_screen_offline_that_is_there() -> None:
    steps = [("beat", "a", 1.0), ("beat", "b", 1.0), ("gone", "a", 1.0)]

    assert agrees_with_the_lines(Presence(), steps)
    assert not agrees_with_the_lines(ByDevice(), steps)

from tests.fakes.device_clock import NOON, FakeClock


def test_sleeping_moves_both_clocks_and_a_step_only_the_wall() -> None:
    clock = FakeClock()

    clock.sleep(5)
    clock.step_wall(-10)

    assert (clock.now() - NOON).total_seconds() == -5
    assert clock.monotonic() == 1005

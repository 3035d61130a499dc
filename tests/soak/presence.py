"""However lines come and go: what presence says agrees with the lines there are (promise P56)."""

import asyncio

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.cloud.realtime.test_presence import STEPS, World, agrees_with_the_lines


def hold(world: World, examples: int, number: int) -> None:
    """Raises AssertionError with the shortest interleaving that is told wrong. `number` is the seed."""

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(steps=STEPS)
    def check(steps: list[tuple[str, str, float]]) -> None:
        assert asyncio.run(agrees_with_the_lines(World(world.url), steps)), steps

    check()

"""What a screen shows before anyone has published anything: our own loop, shipped in the wheel."""

import tomllib
from pathlib import Path

import msgspec

from vizora.manifest.model import Transition, Value

PLACE = Path(__file__).resolve().parent
MARK = PLACE / "mark.png"
"""The mark, 512 x 512, on nothing."""


class WelcomeItem(Value, frozen=True):
    file: str
    """Its name in the folder of the loop."""
    title: str
    duration_ms: int | None = None
    """None for a video: it plays its own length."""
    transition: Transition = Transition()

    def path(self, place: Path = PLACE) -> Path:
        return place / self.file


class WelcomeLoop(Value, frozen=True):
    name: str
    items: tuple[WelcomeItem, ...]


def welcome_loop(place: Path = PLACE) -> WelcomeLoop:
    """The loop that `welcome.toml` in `place` describes, in order.

    Raises OSError when the file is missing, tomllib.TOMLDecodeError or msgspec.ValidationError when it is damaged.
    """
    with (place / "welcome.toml").open("rb") as file:
        return msgspec.convert(tomllib.load(file), WelcomeLoop)

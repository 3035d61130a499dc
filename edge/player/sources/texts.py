"""Texts, tickers and clocks as sources. The still worker draws the letters; what moves here is only where they are."""

from dataclasses import replace
from datetime import datetime, timedelta

from edge.player.show.sequencer import Slot
from edge.player.source import TOLERANCE, PictureSource, SourceState
from edge.player.sources import ticker
from edge.player.sources.clock_face import MINUTE, reading, step_of
from edge.player.sources.stills import Still, StillPictures, StillWorker, Wanted
from edge.player.stage.geometry import Rect
from edge.player.stage.pictures import Picture, Strip
from vizora.manifest.model import ClockFace, TextKind, TextStyle


def open_text(worker: StillWorker, slot: Slot, box: Rect, background: str, start: float) -> PictureSource:
    """The source for content of type text, in its kind; one of tomorrow's is shown as a still text."""
    style = slot.asset.style or TextStyle()
    still = Still(
        kind="text",
        width=box.width,
        height=box.height,
        background=style.background or background,
        text=slot.asset.text or "",
        colour=style.colour or "",
        size=style.size,
    )
    match style.kind:
        case TextKind.TICKER:
            return TickerPictures(worker, replace(still, kind="ticker"), slot, style.speed)
        case TextKind.CLOCK:
            return ClockPictures(worker, replace(still, kind="clock"), slot, style.clock, start)
    seconds = (slot.answer.ends_at - slot.answer.started_at).total_seconds()
    return StillPictures(worker, still, pages=1, page_seconds=seconds, start=start)


class TickerPictures:
    """The strip is drawn once; each picture says where it is by now."""

    def __init__(self, worker: StillWorker, still: Still, slot: Slot, speed: int | None) -> None:
        self._still = still
        self._slot = slot
        self._speed = ticker.speed_of(speed, still.width)
        self._wanted = worker.want(still)
        self._course: ticker.Course | None = None
        self._given: tuple[int, ...] | None = None

    @property
    def reason(self) -> str:
        return self._wanted.reason

    @property
    def sound(self) -> None:
        return None

    def ready(self) -> bool:
        return self._wanted.pixels is not None

    def at(self, t: float) -> Picture | None:
        text = self._wanted.pixels
        if text is None:
            return None
        if self._course is None:
            answer = self._slot.answer
            rightwards = ticker.runs_rightwards(self._still.text)
            self._course = ticker.course(
                self._still.width, text.width, self._speed, answer.started_at, answer.ends_at, rightwards=rightwards
            )
        places = self._course.places(t)
        if places == self._given:
            return None
        self._given = places
        return Strip(self._still.width, self._still.height, self._still.background, text, places)

    def reached(self, _t: float) -> bool:
        return self._wanted.done

    def due_in(self, _t: float) -> None:
        return None

    def moving(self) -> bool:
        return True

    def state(self) -> SourceState:
        if self._wanted.reason:
            return SourceState.FAILED
        return SourceState.PLAYING if self.ready() else SourceState.OPENING

    def close(self) -> None:
        self._wanted.drop()


class ClockPictures:
    """A picture for each reading; the next one is drawn while this one is shown, so it changes on the tick."""

    def __init__(self, worker: StillWorker, still: Still, slot: Slot, face: ClockFace, start: float) -> None:
        self._worker = worker
        self._still = still
        self._face = face
        self._started_at = slot.answer.started_at
        self._zone = slot.time_zone
        self._step = step_of(face)
        self._wanted: dict[int, Wanted] = {}
        self._given: int | None = None
        self._reason = ""
        self._closed = False
        self._newest = self._number(start)
        self._want(self._newest)

    @property
    def reason(self) -> str:
        return self._reason

    @property
    def sound(self) -> None:
        return None

    def ready(self) -> bool:
        return self._drawn(self._newest)

    def at(self, t: float) -> Picture | None:
        number = self._turn_to(t)
        wanted = self._wanted.get(number)
        if wanted is None or wanted.pixels is None or number == self._given:
            return None
        self._given = number
        return wanted.pixels

    def reached(self, t: float) -> bool:
        wanted = self._wanted.get(self._turn_to(t))
        return wanted is None or wanted.done

    def due_in(self, t: float) -> float:
        following = ticker.EPOCH + timedelta(seconds=(self._number(t) + 1) * self._step)
        return (following - self._started_at).total_seconds() - t

    def moving(self) -> bool:
        return self._step < MINUTE or self._given is None

    def state(self) -> SourceState:
        self._reason = self._reason or next((w.reason for w in self._wanted.values() if w.reason), "")
        if self._reason:
            return SourceState.FAILED
        return SourceState.PLAYING if self.ready() else SourceState.OPENING

    def close(self) -> None:
        self._closed = True
        for wanted in self._wanted.values():
            wanted.drop()
        self._wanted.clear()

    def _number(self, t: float) -> int:
        """Which reading it is, counted from 1970; a step is a second or a minute."""
        at = self._started_at + timedelta(seconds=t + TOLERANCE)
        return int((at - ticker.EPOCH).total_seconds()) // self._step

    def _turn_to(self, t: float) -> int:
        """Asks for this reading and the next, and lets go of others, also after the clock was set."""
        self._newest = number = self._number(t)
        for other in [n for n in self._wanted if n not in (number, number + 1)]:
            self._wanted.pop(other).drop()
        self._want(number)
        self._want(number + 1)
        return number

    def _want(self, number: int) -> None:
        if number not in self._wanted and not self._closed:
            at: datetime = ticker.EPOCH + timedelta(seconds=number * self._step)
            self._wanted[number] = self._worker.want(replace(self._still, text=reading(self._face, at, self._zone)))

    def _drawn(self, number: int) -> bool:
        return number in self._wanted and self._wanted[number].pixels is not None

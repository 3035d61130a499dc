"""The whole screen over time: one step is given an instant and answers what to draw. It reads no clock.

Boards (layouts) change as one: the old one stays until every zone of the new one has its first picture.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from edge.player.cards.cards import STARTING, Card, nothing_on_card
from edge.player.show.live import HOLD
from edge.player.show.sequencer import Board, Coming, Programme, Sequencer, Slot
from edge.player.show.setbacks import Setbacks
from edge.player.show.words import BACKGROUND, Glass, Words
from edge.player.show.zone import Sources, ZonePlayer
from edge.player.show.zone_slates import ZoneSlates
from edge.player.sound.mixing import Heard
from edge.player.source import PictureSource
from edge.player.stage.geometry import Rect, zone_box
from edge.player.stage.scene import Layer, Scene
from vizora.identifiers import ContentId, ZoneId
from vizora.schedule.model import Answer, ClockTrust

DARK = "#000000"
TICK = 1 / 60
IDLE = 0.1


class Show:
    def __init__(self, glass: Glass, sources: Sources) -> None:
        self.setbacks = Setbacks()
        self.card: Card | None = STARTING
        self._glass = glass
        self._sources = sources
        self._sequencer: Sequencer | None = None
        self._missing: Mapping[ContentId, str] = {}
        self._given: tuple[ClockTrust, Mapping[ContentId, str]] | None = None
        self._programme: Programme | None = None
        self._coming: tuple[Coming, ...] | None = ()
        """None while it has to be asked for anew."""
        self._boards: dict[Board, dict[ZoneId, ZonePlayer]] = {}
        self._visible: Board | None = None
        self._due_since: tuple[Board, float] | None = None
        self.words = Words(glass)
        self._silenced: Mapping[ZoneId, str] = {}
        self._slates = ZoneSlates(glass.texture)
        self.volume: int | None = None
        """A command's word, from 0 to 100, until a manifest says another one than before."""
        self._size = glass.size

    def follow(self, sequencer: Sequencer | None, missing: Mapping[ContentId, str]) -> None:
        """Another manifest, or another set of content whose files can't be used (with reasons)."""
        if sequencer is not self._sequencer:
            self.setbacks.forget_all()
            if _volume(sequencer) != _volume(self._sequencer):
                self.volume = None
        self._sequencer, self._missing, self._programme = sequencer, missing, None

    @property
    def answer(self) -> Answer | None:
        return None if self._programme is None else self._programme.answer

    @property
    def shown(self) -> tuple[Slot, ...]:
        """The showings whose pictures are in front, on the board that is seen."""
        slots = (zone.slot for zone in self._seen().values())
        return tuple(slot for slot in slots if slot is not None)

    @property
    def late(self) -> bool:
        """Whether some picture is held because the one that is due isn't ready."""
        if self._programme is None or not self._programme.slots:
            return False
        return self._visible != self._programme.board or any(zone.late for zone in self._seen().values())

    @property
    def live_sources(self) -> tuple[PictureSource, ...]:
        return tuple(source for zone in self._zones() for source in zone.live_sources)

    def owing(self, now: datetime) -> tuple[PictureSource, ...]:
        """The sources that have not delivered what a step at `now` could show, or their first picture."""
        return tuple(source for zone in self._zones() for source in zone.owing(now))

    def unplayable(self, now: datetime) -> dict[ContentId, str]:
        return {**self._missing, **self.setbacks.unplayable(now)}

    def step(self, now: datetime, mono: float, clock: ClockTrust, wanted: Card | None = None) -> Scene:
        """What to draw at `now`. `wanted` is a card to show instead of content, as the pairing screen.

        Somebody waits for its answer: what has time until the picture is on the glass is done by `prepare`.
        """
        if self._glass.size != self._size:
            self._lay_out_anew()
        if wanted is not None or self._sequencer is None:
            self._programme, self._coming = None, ()
            self._close_boards()
            return self._card_scene(wanted or STARTING)
        programme = self._sequence(self._sequencer, now, clock)
        if not programme.slots:
            self._turn_to(None)
            return self._card_scene(nothing_on_card(programme.answer))
        due = {slot.zone_id: slot for slot in programme.slots}
        for zone_id, zone in self._players(programme.board).items():
            zone.step(due.get(zone_id), now, mono)
        self._choose_board(programme, mono)
        if self._visible is None:
            return self._card_scene(STARTING)
        self.words.drop_card()
        layers = tuple(layer for zone_id, zone in self._seen().items() for layer in self._layers(zone_id, zone, now))
        self.card = None
        return Scene(self._visible.background, layers + self.words.over())

    def prepare(self, now: datetime, mono: float) -> None:
        """What is done once the picture of `now` is on the glass: children begin and end, what is next is got ready."""
        programme = self._programme
        if programme is None or self._sequencer is None or self._given is None:
            return
        if self._coming is None:
            self._coming = self._sequencer.coming(programme, *self._given)
            self._silenced = self._sequencer.silenced(programme, *self._given)
        boards = {coming.board for coming in self._coming if coming.board.zones}
        if programme.slots:
            boards.add(programme.board)
        self._keep_boards(boards)
        for board in boards:
            for zone_id, zone in self._players(board).items():
                if board not in (programme.board, self._visible):
                    zone.step(None, now, mono)
                ahead = [(c.slot, c.due) for c in self._coming if c.board == board and c.slot.zone_id == zone_id]
                zone.prepare(ahead, now, mono)
        if self._visible == programme.board:
            self._slates.keep(self._seen(), self._silenced, {slot.zone_id for slot in programme.slots})

    def heard(self) -> tuple[Heard, ...]:
        """What is to be heard, now and soon."""
        if self._sequencer is None or self._programme is None:
            return ()
        volume = (self._sequencer.manifest.screen.volume if self.volume is None else self.volume) / 100
        return tuple(one for zone in self._zones() for one in zone.heard(volume))

    def beat(self) -> float:
        """Seconds from look to look: short while pictures move, longer while none does."""
        return TICK if any(zone.moving() for zone in self._zones()) else IDLE

    def due_in(self, now: datetime) -> float | None:
        """Seconds until something is known to change: the next item, the next picture of a film, the next page."""
        programme = self._programme
        if programme is None:
            return None
        dues = [zone.due_in(now) for zone in self._boards.get(programme.board, {}).values()]
        if programme.answer.next_change is not None:
            dues.append((programme.answer.next_change - now).total_seconds())
        return min((due for due in dues if due is not None), default=None)

    def rest(self) -> Scene:
        """The display is switched off: nothing is decoded, and where the switch did nothing the glass is dark."""
        self._programme, self._coming = None, ()
        self._close_boards()
        self.words.drop_card()
        self.card = None
        return Scene(DARK, self.words.over())

    def overdue(self, now: datetime) -> bool:
        """Whether a picture in front should have given way to its next one."""
        return any(zone.overdue(now) for zone in self._seen().values())

    def let_go(self) -> None:
        """Frees every picture: the renderer is about to go. The next step makes them again."""
        self._lay_out_anew()
        self.words.uncover()

    def close(self) -> None:
        self._close_boards()
        self.words.drop_card()
        self.words.uncover()

    def _sequence(self, sequencer: Sequencer, now: datetime, clock: ClockTrust) -> Programme:
        given = (clock, self.unplayable(now))
        if self._programme is None or given != self._given or not self._programme.holds(now):
            self._given = given
            self._programme = sequencer.programme(now, *given)
            self._coming = None
        return self._programme

    def _turn_to(self, board: Board | None) -> None:
        """From now on this one is seen; None is a card."""
        if board != self._visible:
            self._slates.drop()
        self._visible = board

    def _choose_board(self, programme: Programme, mono: float) -> None:
        target = programme.board
        if self._due_since is None or self._due_since[0] != target:
            self._due_since = (target, mono)
        zones = self._players(target)
        there = [zones[slot.zone_id].slot is not None for slot in programme.slots]
        patient = mono - self._due_since[1] < HOLD
        if target == self._visible or all(there) or (any(there) and not patient):
            self._turn_to(target)

    def _players(self, board: Board) -> dict[ZoneId, ZonePlayer]:
        if board not in self._boards:
            self._boards[board] = {
                place.id: ZonePlayer(
                    self._box(board, place.rect), board.background, self._sources, self._glass, self.setbacks
                )
                for place in board.zones
            }
        return self._boards[board]

    def _box(self, board: Board, rect: Rect) -> Rect:
        return Rect(0, 0, *self._glass.size) if board.canvas is None else zone_box(rect, board.canvas, self._glass.size)

    def _lay_out_anew(self) -> None:
        """The screen was turned, or has another resolution: every picture is made again in its new size."""
        self._size = self._glass.size
        self._due_since = None
        self._close_boards()
        self.words.drop_card()

    def _layers(self, zone_id: ZoneId, zone: ZonePlayer, now: datetime) -> tuple[Layer, ...]:
        return zone.layers(now) or self._slates.layers(zone_id, zone.box, BACKGROUND)

    def _keep_boards(self, wanted: set[Board]) -> None:
        for board in [b for b in self._boards if b not in wanted and b != self._visible]:
            for zone in self._boards.pop(board).values():
                zone.close()

    def _close_boards(self) -> None:
        self._turn_to(None)
        self._keep_boards(set())

    def _zones(self) -> Iterator[ZonePlayer]:
        return (zone for board in self._boards.values() for zone in board.values())

    def _seen(self) -> Mapping[ZoneId, ZonePlayer]:
        return self._boards.get(self._visible, {}) if self._visible is not None else {}

    def _card_scene(self, card: Card) -> Scene:
        self.card = card
        return Scene(BACKGROUND, (self.words.card(card), *self.words.over()))


def _volume(sequencer: Sequencer | None) -> int | None:
    return None if sequencer is None else sequencer.manifest.screen.volume

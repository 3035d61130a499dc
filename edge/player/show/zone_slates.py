"""What a zone says that has only content which can't be shown, while its neighbours play on."""

from collections.abc import Callable, Collection, Mapping

import pygame

from edge.player.cards import overlays
from edge.player.show.zone import ZonePlayer
from edge.player.stage.geometry import Rect
from edge.player.stage.scene import Layer, Texture
from edge.status import Problem
from vizora.identifiers import ZoneId

CODE = "VZ-118"


class ZoneSlates:
    """Those of the board that is seen."""

    def __init__(self, texture: Callable[[pygame.Surface], Texture]) -> None:
        self._texture = texture
        self._drawn: dict[ZoneId, tuple[str, Texture]] = {}

    def keep(self, zones: Mapping[ZoneId, ZonePlayer], silenced: Mapping[ZoneId, str], due: Collection[ZoneId]) -> None:
        """One for each zone in `silenced` (with its sentence). It stays while a zone that is due tries once more: a
        card that comes and goes is no quiet one."""
        for zone_id, zone in zones.items():
            drawn, sentence = self._drawn.get(zone_id), silenced.get(zone_id)
            if drawn is not None and (zone.slot is not None or (sentence != drawn[0] and zone_id not in due)):
                self._drawn.pop(zone_id)[1].free()
                drawn = None
            if drawn is None and sentence is not None:
                picture = overlays.zone_slate(Problem(CODE, sentence), (zone.box.width, zone.box.height))
                self._drawn[zone_id] = (sentence, self._texture(picture))

    def layers(self, zone_id: ZoneId, box: Rect, background: str) -> tuple[Layer, ...]:
        drawn = self._drawn.get(zone_id)
        if drawn is None:
            return ()
        return (Layer(drawn[1], 0, Rect(0, 0, box.width, box.height), box, (), background),)

    def drop(self) -> None:
        for _, texture in self._drawn.values():
            texture.free()
        self._drawn.clear()

"""What a client sends of a layout, and what can be wrong with it beyond its shape."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated

import msgspec

from cloud.allowed import NAME, Colour, Name
from cloud.bodies import Body
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.problems import FieldError, refuse
from vizora.manifest.limits import MAX_PRIORITY, MAX_SIDE, MAX_ZONES

Side = Annotated[int, msgspec.Meta(ge=1, le=MAX_SIDE)]
Place = Annotated[int, msgspec.Meta(ge=0, le=MAX_SIDE)]


class NewZone(Body, frozen=True):
    id: Annotated[str, msgspec.Meta(pattern=NAME)]
    x: Place
    y: Place
    width: Side
    height: Side
    playlist_id: str
    z: Annotated[int, msgspec.Meta(ge=-MAX_PRIORITY, le=MAX_PRIORITY)] = 0


Zones = Annotated[tuple[NewZone, ...], msgspec.Meta(min_length=1, max_length=MAX_ZONES)]


class NewLayout(Body, frozen=True):
    name: Name
    width: Side
    height: Side
    zones: Zones
    background: Colour = "#000000"


class LayoutChange(Body, frozen=True):
    """PATCH: what is not sent stays."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    width: Side | msgspec.UnsetType = msgspec.UNSET
    height: Side | msgspec.UnsetType = msgspec.UNSET
    zones: Zones | msgspec.UnsetType = msgspec.UNSET
    background: Colour | msgspec.UnsetType = msgspec.UNSET


def check_zones(unit: Unit, zones: Sequence[NewZone], width: int, height: int) -> None:
    """Raises Problem 400 with every wrong field."""
    refuse(_wrong_zones(unit, zones, width, height))


def _wrong_zones(unit: Unit, zones: Sequence[NewZone], width: int, height: int) -> Iterator[FieldError]:
    known = unit.known(tables.playlists, [zone.playlist_id for zone in zones])
    times = Counter(zone.id for zone in zones)
    for index, zone in enumerate(zones):
        if times[zone.id] > 1:
            yield FieldError(f"/zones/{index}/id", f"{zone.id!r} is used {times[zone.id]} times")
        if zone.x + zone.width > width:
            yield FieldError(f"/zones/{index}/width", f"reaches to {zone.x + zone.width}; the layout is {width} wide")
        if zone.y + zone.height > height:
            yield FieldError(
                f"/zones/{index}/height", f"reaches to {zone.y + zone.height}; the layout is {height} high"
            )
        if zone.playlist_id not in known:
            yield FieldError(f"/zones/{index}/playlistId", "is none of your playlists")

"""The manifest that plays: read from its file, asked what is on, and told in words for people."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from vizora.errors import PublisherError
from vizora.identifiers import ContentId
from vizora.manifest import codec, stored
from vizora.manifest.limits import MAX_BYTES
from vizora.manifest.model import Manifest
from vizora.schedule.instants import instant
from vizora.schedule.model import Answer, Source, ZoneAnswer
from vizora.schedule.reasons import SourceKind
from vizora.schedule.timeline import TimelineSegment
from vizora.schedule.wall import first_reading, wall_time
from vizora.schedule.zones import UnknownZone, wall_clock, zone

MAX_STORED_BYTES = MAX_BYTES + stored.MAX_HEADER_BYTES + 64


@dataclass(frozen=True, slots=True)
class Stored:
    """What lies where the current manifest belongs."""

    manifest: Manifest | None = None
    fault: str | None = None
    """Why it can't be used, if something is there."""


def read(path: Path) -> Stored:
    """Raises nothing; no file is no manifest. Its signature is the player's to judge, which says so in its status."""
    try:
        with path.open("rb") as file:
            _, body = stored.unpack(file.read(MAX_STORED_BYTES))
        return Stored(codec.decode(body))
    except FileNotFoundError:
        return Stored()
    except OSError as error:
        return Stored(fault=f"{error.strerror or error}.")
    except PublisherError as error:
        return Stored(fault=f"{str(error)[:200]}.")


def day_around(manifest: Manifest, at: datetime) -> tuple[datetime, datetime]:
    """From midnight to midnight by the screen's wall clock."""
    where = zone(manifest.time_zone)
    today = wall_clock(at, where).date()
    start, end = (
        instant(first_reading(where, wall_time(f"{day}T00:00"))) for day in (today, today + timedelta(days=1))
    )
    return start, end


def at_wall_time(manifest: Manifest, text: str) -> datetime:
    """The instant when the screen's wall clock shows `2026-12-24T18:00`. Raises PublisherError for another form."""
    return instant(first_reading(zone(manifest.time_zone), wall_time(text)))


def local(time_zone: str, at: datetime) -> str:
    """The wall clock of an instant, for people; UTC when the zone isn't known."""
    with suppress(UnknownZone):
        at = wall_clock(at, zone(time_zone))
    return f"{at:%a %Y-%m-%d %H:%M:%S}" + (f".{at.microsecond // 1000:03}" if at.microsecond else "")


def source_name(manifest: Manifest, source: Source) -> str:
    """What people call it: a schedule or playlist by its name, else the id."""
    if source.kind is SourceKind.SCHEDULE:
        return (
            next((schedule.name for schedule in manifest.schedules if schedule.id == source.id), "") or source.id or ""
        )
    if source.kind is SourceKind.FALLBACK:
        return next((one.name for key, one in manifest.playlists.items() if key == source.id), "") or source.id or ""
    return source.id or ""


def told_source(manifest: Manifest, answer: Answer) -> str:
    source = answer.source
    if source.kind is SourceKind.NONE:
        return "nothing"
    priority = "" if source.priority is None else f", priority {source.priority}"
    return f"{source.kind} {source_name(manifest, source)}{priority}"


def told_item(manifest: Manifest, shown: ZoneAnswer) -> str:
    offset = timedelta(milliseconds=shown.offset_ms).total_seconds()
    until = local(manifest.time_zone, shown.ends_at)
    return f"{title(manifest, shown.content_id)} (item {shown.item_id}), {offset:g} s in, until {until}"


def told_segment(manifest: Manifest, segment: TimelineSegment) -> str:
    zones = ", ".join(
        f"{zone.zone_id}: {manifest.playlists[zone.playlist_id].name or zone.playlist_id}" for zone in segment.zones
    )
    return " ".join(filter(None, (segment.source.kind, segment.source.id, zones and f"({zones})")))


def title(manifest: Manifest, content: ContentId) -> str:
    asset = manifest.assets.get(content)
    return (asset.title if asset else "") or content

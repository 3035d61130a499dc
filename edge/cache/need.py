"""When the screen first needs each content: what is on now, then what the day brings. Pure; asks the one evaluator."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from vizora.identifiers import ContentId, PlaylistId
from vizora.manifest.model import Manifest
from vizora.schedule.evaluate import plan, what_is_on
from vizora.schedule.timeline import timeline

HORIZON = timedelta(days=1)
STEP = timedelta(seconds=1)
"""Items of one playlist come one after the other; how long each takes matters less than their order."""


def needed_at(manifest: Manifest, now: datetime) -> dict[ContentId, datetime]:
    """For each content that shows within a day, the first instant; the rest is not in it.

    The clock is taken at its word: a wrong one costs the best order, nothing else.
    """
    known = plan(manifest)
    first: dict[ContentId, datetime] = {}
    for on_now in what_is_on(known, now).zones:
        for at, content_id in _from(manifest, on_now.playlist_id, on_now.index, now):
            first[content_id] = min(at, first.get(content_id, at))
    for segment in timeline(known, now, now + HORIZON).segments:
        for zone in segment.zones if segment.start > now else ():
            for at, content_id in _from(manifest, zone.playlist_id, 0, segment.start):
                first[content_id] = min(at, first.get(content_id, at))
    return first


def _from(
    manifest: Manifest, playlist_id: PlaylistId, index: int, at: datetime
) -> Iterator[tuple[datetime, ContentId]]:
    playlist = manifest.playlists.get(playlist_id)
    items = playlist.items if playlist else ()
    for position in range(len(items)):
        yield at + position * STEP, items[(index + position) % len(items)].content_id

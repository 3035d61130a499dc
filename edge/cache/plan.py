"""What to fetch, in which order, and what may go for it. Pure."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from vizora.identifiers import ContentId
from vizora.manifest.model import Manifest

HEADROOM_PERCENT = 110
"""A file is only begun when this share of its size is free."""


@dataclass(frozen=True, slots=True)
class File:
    """A file a manifest names. Two contents with the same bytes are one file."""

    sha256: str
    size: int
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    sha256: str
    size: int
    used_at: float
    """Unix seconds."""


def files_of(manifest: Manifest | None) -> dict[str, File]:
    """By SHA-256. Content without a file (web pages, text) has nothing to fetch."""
    if manifest is None:
        return {}
    return {
        asset.sha256: File(asset.sha256, asset.size, asset.media_type or "")
        for asset in manifest.assets.values()
        if asset.sha256 is not None and asset.size is not None
    }


def soonest_first(manifest: Manifest, needed_at: Mapping[ContentId, datetime]) -> tuple[File, ...]:
    """The manifest's files by when the screen first needs them; those nobody needs soon come last, small ones first."""
    files = files_of(manifest)
    need: dict[str, datetime] = {}
    for content_id, at in needed_at.items():
        asset = manifest.assets.get(content_id)
        if asset is not None and asset.sha256 in files:
            need[asset.sha256] = min(at, need.get(asset.sha256, at))
    soon = sorted((file for file in files.values() if file.sha256 in need), key=lambda f: (need[f.sha256], f.size))
    later = sorted((file for file in files.values() if file.sha256 not in need), key=lambda f: (f.size, f.sha256))
    return (*soon, *later)


def to_evict(stored: Iterable[Stored], keep: Set[str], *, cache_size: int, incoming: int, free: int) -> tuple[str, ...]:
    """The least recently used files nobody needs, as many as must go so that `incoming` bytes fit.

    They fit when `cache_size` holds them and the disk has them free with headroom. What is in `keep` always stays.
    """
    candidates = list(stored)
    total = sum(file.size for file in candidates)
    going: list[str] = []
    for file in sorted(candidates, key=lambda f: (f.used_at, f.sha256)):
        if total + incoming <= cache_size and fits(incoming, free):
            break
        if file.sha256 not in keep:
            going.append(file.sha256)
            total -= file.size
            free += file.size
    return tuple(going)


def fits(incoming: int, free: int) -> bool:
    return free * 100 >= incoming * HEADROOM_PERCENT

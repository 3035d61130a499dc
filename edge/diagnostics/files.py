"""The files of the manifest that plays: are they here, whole, and does the player get on with them?"""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from edge.cache.download import sha256_of
from edge.diagnostics import programme
from edge.diagnostics.facts import Content
from edge.paths import DevicePaths
from edge.status import LEFT_OUT
from vizora.identifiers import ContentId
from vizora.manifest.model import Asset, Manifest
from vizora.schedule.evaluate import plan, what_is_on
from vizora.schedule.model import ClockTrust

HASHED_BYTES = 256 * 1024 * 1024
"""How much is read and hashed at most: some seconds on a slow card."""


def content(
    stored: programme.Stored,
    paths: DevicePaths,
    *,
    at: datetime,
    clock: ClockTrust,
    unplayable: Mapping[ContentId, str],
    hashed_bytes: int = HASHED_BYTES,
) -> Content:
    manifest = stored.manifest
    if manifest is None:
        return Content(fault=stored.fault)
    answer = what_is_on(plan(manifest), at, clock=clock, unplayable=unplayable)
    found = Content(
        version=manifest.version,
        issued_at=manifest.issued_at,
        time_zone=manifest.time_zone,
        source=answer.source.kind,
        source_name=programme.source_name(manifest, answer.source),
        next_change=answer.next_change,
    )
    return _with_files(found, manifest, paths, unplayable, hashed_bytes)


def _with_files(
    found: Content, manifest: Manifest, paths: DevicePaths, out: Mapping[ContentId, str], hashed_bytes: int
) -> Content:
    filed = {key: asset for key, asset in manifest.assets.items() if asset.sha256}
    missing = {key for key, asset in filed.items() if not _is_here(asset, paths)}
    here = [key for key in filed if key not in missing]
    damaged, hashed = _damaged(here, filed, paths, out, hashed_bytes)
    faulty = missing | damaged
    failing = {key: reason for key, reason in out.items() if reason != LEFT_OUT}
    return msgspec.structs.replace(
        found,
        files=len({asset.sha256 for asset in filed.values()}),
        bytes=sum(asset.size or 0 for asset in filed.values()),
        missing=_titles(manifest, missing),
        damaged=_titles(manifest, damaged),
        hashed=hashed,
        unplayable=tuple(
            _reasons(manifest, {key: failing[key] for key in here if key in failing and key not in faulty})
        ),
        unsupported=tuple(_reasons(manifest, {key: reason for key, reason in failing.items() if key not in filed})),
    )


def _is_here(asset: Asset, paths: DevicePaths) -> bool:
    assert asset.sha256
    try:
        status = paths.asset(asset.sha256).stat()
    except OSError:
        return False
    return asset.size is None or status.st_size == asset.size


def _damaged(
    here: list[ContentId],
    filed: Mapping[ContentId, Asset],
    paths: DevicePaths,
    suspects: Mapping[ContentId, str],
    hashed_bytes: int,
) -> tuple[set[ContentId], int]:
    """Reads what the player complains of first, then the small ones, until it has read enough."""
    damaged: set[ContentId] = set()
    hashed = 0
    if hashed_bytes <= 0:
        return damaged, hashed
    for key in sorted(here, key=lambda key: (key not in suspects, filed[key].size or 0)):
        asset = filed[key]
        hashed_bytes -= asset.size or 0
        if hashed_bytes < 0:
            break
        assert asset.sha256
        try:
            is_whole = sha256_of(paths.asset(asset.sha256)) == asset.sha256
        except OSError:
            is_whole = False
        hashed += 1
        if not is_whole:
            damaged.add(key)
    return damaged, hashed


def _titles(manifest: Manifest, keys: set[ContentId]) -> tuple[str, ...]:
    return tuple(sorted(programme.title(manifest, key) for key in keys))


def _reasons(manifest: Manifest, out: Mapping[ContentId, str]) -> Iterator[str]:
    for key in sorted(out):
        yield f"{programme.title(manifest, key)}: {out[key].rstrip('.')}"

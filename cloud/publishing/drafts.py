"""Manifests that lack their screen, version and time of issue: screens that show the same share one draft."""

import hashlib
import logging
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import msgspec

from cloud.clock import EPOCH
from cloud.db.unit import Row
from cloud.publishing.builder import build
from cloud.publishing.library import Library
from cloud.targets import is_for
from vizora.identifiers import DeviceId
from vizora.manifest.codec import encode, encode_for
from vizora.manifest.faults import ManifestError
from vizora.manifest.model import Key, Manifest

log = logging.getLogger("vizora.cloud")
OF_THE_SCREEN = ("time_zone", "fallback_playlist_id", "resolution", "rotation", "background", "volume", "power")
"""All that the builder reads of a screen's row, but its ids."""


@dataclass(frozen=True, slots=True)
class Draft:
    manifest: Manifest
    digest: str
    """SHA-256 of everything but the screen, version and time of issue."""


class Drafts:
    """Built from one library, each once, and found publishable."""

    def __init__(self, library: Library, keys: tuple[Key, ...]) -> None:
        self._library = library
        self._keys = keys
        self._made: dict[Any, Draft | None] = {}

    def of(self, device: Row, tags: Collection[str]) -> Draft | None:
        """None when it can't be published: the screen plays on what it has."""
        sources = (*self._library.schedules, *self._library.overrides)
        meant = tuple(row["id"] for row in sources if is_for(row["target"], device["id"], tags))
        kind = (meant, msgspec.json.encode([device[name] for name in OF_THE_SCREEN]))
        if kind not in self._made:
            self._made[kind] = _publishable(build(self._library, device, tags, self._keys))
        return self._made[kind]


def _publishable(manifest: Manifest) -> Draft | None:
    try:
        encode(manifest)
    except ManifestError as fault:
        log.error("screen %s and those like it keep their old manifests: %s", manifest.device_id, fault)
        return None
    return Draft(manifest, hashlib.sha256(encode_for(manifest, DeviceId(""), 0, EPOCH)).hexdigest())

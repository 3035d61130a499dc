"""Which content of a manifest this device can show, judged by its files. Cheap enough to ask every few seconds."""

from typing import NamedTuple

from edge.paths import DevicePaths
from vizora.identifiers import ContentId
from vizora.manifest.model import Asset, ContentType, Manifest

Stamp = tuple[int, int, int]
"""Inode, size and time of a file: another file has another stamp."""


class AssetCheck(NamedTuple):
    missing: dict[ContentId, str]
    """Content that can't be shown, with the reason."""
    stamps: dict[ContentId, Stamp]


def check(manifest: Manifest, paths: DevicePaths, no_web: str = "") -> AssetCheck:
    """`no_web` says why this screen shows no web pages; empty when it does."""
    missing: dict[ContentId, str] = {}
    stamps: dict[ContentId, Stamp] = {}
    for content, asset in manifest.assets.items():
        reason, stamp = _check_one(asset, paths, no_web)
        if reason:
            missing[content] = reason
        if stamp is not None:
            stamps[content] = stamp
    return AssetCheck(missing, stamps)


def _check_one(asset: Asset, paths: DevicePaths, no_web: str) -> tuple[str, Stamp | None]:
    if asset.type is ContentType.WEBPAGE:
        return no_web, None
    if asset.is_stream:
        return "", None
    if asset.type is ContentType.TEXT:
        return ("" if asset.text and asset.text.strip() else "the text is empty"), None
    if not asset.sha256:
        return "the manifest names no file for it", None
    try:
        status = paths.asset(asset.sha256).stat()
    except FileNotFoundError:
        return "its file is not on this device", None
    except OSError as error:
        return f"its file can't be read: {error.strerror}", None
    stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
    if asset.size is not None and status.st_size != asset.size:
        return f"its file is damaged: {status.st_size} bytes instead of {asset.size}", stamp
    return "", stamp

"""What changed between two manifests: what to download, what may go, and what else is new."""

import msgspec

from vizora.identifiers import ContentId
from vizora.manifest.model import Manifest, Value


class ManifestDiff(Value, frozen=True):
    """Assets by content id; `changed` names the other top-level fields that differ, as they are called on the wire."""

    assets_added: tuple[ContentId, ...] = ()
    assets_removed: tuple[ContentId, ...] = ()
    assets_changed: tuple[ContentId, ...] = ()
    changed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """False when nothing a viewer or a downloader could notice differs."""
        return bool(self.assets_added or self.assets_removed or self.assets_changed or self.changed)


_NEW_EVERY_TIME = ("assets", "version", "issued_at")


def diff(old: Manifest | None, new: Manifest) -> ManifestDiff:
    """From `old` to `new`; None is the screen that never had one, for which every field is new."""
    before = old.assets if old else {}
    return ManifestDiff(
        assets_added=tuple(sorted(new.assets.keys() - before.keys())),
        assets_removed=tuple(sorted(before.keys() - new.assets.keys())),
        assets_changed=tuple(
            sorted(key for key in new.assets.keys() & before.keys() if new.assets[key] != before[key])
        ),
        changed=tuple(
            field.encode_name
            for field in msgspec.structs.fields(Manifest)
            if field.name not in _NEW_EVERY_TIME
            and (old is None or getattr(old, field.name) != getattr(new, field.name))
        ),
    )

import msgspec

from tests.vizora.manifests import ASSETS, manifest, schedule, utc
from vizora.identifiers import ContentId
from vizora.manifest.diff import ManifestDiff, diff
from vizora.manifest.model import Asset, ContentType


def test_nothing_differs_when_only_version_and_issue_time_do() -> None:
    found = diff(manifest(version=1), manifest(version=2, issued_at=utc(2026, 2, 2)))

    assert found == ManifestDiff()
    assert not found


def test_assets_are_told_by_what_happened_to_them() -> None:
    picture, film = ContentId("picture"), ContentId("film")
    changed = msgspec.structs.replace(ASSETS[film], sha256="d" * 64)
    poster = Asset(type=ContentType.TEXT, text="Hello")
    old = manifest(assets={picture: ASSETS[picture], film: ASSETS[film]})
    new = manifest(assets={film: changed, ContentId("poster"): poster})

    assert diff(old, new) == ManifestDiff(
        assets_added=(ContentId("poster"),), assets_removed=(picture,), assets_changed=(film,)
    )


def test_other_fields_are_named_as_on_the_wire() -> None:
    found = diff(manifest(), manifest(schedule("s"), time_zone="UTC", fallback="one"))

    assert found.changed == ("timeZone", "schedules", "fallback")
    assert found


def test_everything_is_new_to_a_screen_that_had_nothing() -> None:
    found = diff(None, manifest())

    assert found.assets_added == ("film", "paper", "picture")
    assert {"screen", "playlists", "deviceId"} <= set(found.changed)

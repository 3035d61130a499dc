from datetime import UTC, datetime

import msgspec
import pytest

from tests.vizora.manifests import item, layout, manifest, override, playlist, schedule, utc
from vizora.identifiers import ContentId
from vizora.manifest import codec
from vizora.manifest.model import (
    Asset,
    ClockFace,
    ContentType,
    Cron,
    Manifest,
    Once,
    Override,
    PowerWindow,
    Schedule,
    Screen,
    TextStyle,
    Weekly,
)
from vizora.manifest.publishable import unpublishable, what_lacks


def told(made: Manifest) -> list[str]:
    return [f"{fault.field}: {fault.message}" for fault in unpublishable(made)]


def test_a_manifest_that_may_be_signed_has_no_fault() -> None:
    power = PowerWindow(days=(1, 2), on="07:00", off="22:00")
    assets = {ContentId("picture"): Asset(type=ContentType.IMAGE, sha256="a" * 64)}
    made = manifest(
        schedule("s", layout_id="split"),
        layouts={"split": layout(left="one")},
        playlists={"two": playlist(item("i", valid_from=utc(2026, 1, 1), valid_until=utc(2026, 1, 2)))},
        overrides=(override("o", utc(2026, 1, 1), None),),
        assets=assets,
        screen=Screen(power=(power,)),
        fallback="one",
    )

    assert told(made) == []


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (manifest(time_zone="Berlin"), "/timeZone: time zone 'Berlin' is not known; did you mean"),
        (
            manifest(screen=Screen(power=(PowerWindow(days=(), on="07:00", off="8"),))),
            "/screen/power/0/days: days []: at least one of 1 (Monday) to 7 (Sunday)",
        ),
        (
            manifest(screen=Screen(power=(PowerWindow(days=(1,), on="7:00", off="08:00"),))),
            "/screen/power/0/on: '7:00' is not a time of day; 00:00 to 23:59",
        ),
        (
            manifest(playlists={"one": playlist(item("i", "gone"))}),
            "/playlists/one/items/0/contentId: 'gone' is not in",
        ),
        (
            manifest(playlists={"one": playlist(item("i", valid_from=utc(2026, 2, 1), valid_until=utc(2026, 2, 1)))}),
            "/playlists/one/items/0/validUntil: must be later than validFrom",
        ),
        (manifest(layouts={"l": layout()}), "/layouts/l/zones: a layout has at least one zone"),
        (manifest(layouts={"l": layout(a="gone")}), "/layouts/l/zones/0/playlistId: 'gone' is not in"),
        (manifest(schedule("s", shows=None)), "/schedules/0: needs either a playlistId or a layoutId"),
        (manifest(schedule("s", shows="gone")), "/schedules/0/playlistId: 'gone' is not in this manifest's playlists"),
        (manifest(schedule("s", layout_id="gone")), "/schedules/0/layoutId: 'gone' is not in this manifest's layouts"),
        (
            manifest(schedule("s", Cron(expression="0 25 * * *", duration_ms=1))),
            "/schedules/0/recurrence: cron expression '0 25 * * *': Bad hour (allowed: 0 to 23); the fields are",
        ),
        (
            manifest(schedule("s", Cron(expression="0 5 * * *", duration_ms=0))),
            "/schedules/0/recurrence: durationMs 0 is not within 1 to",
        ),
        (
            manifest(schedule("s", Weekly(days=(1,), start_time="08:00", end_time="24:00"))),
            "/schedules/0/recurrence: '24:00' is not a time of day; 00:00 to 23:59 is allowed, and midnight is 00:00",
        ),
        (
            manifest(schedule("s", Once(start="2026-12-24T18:00", end="2026-12-24T18:00"))),
            "/schedules/0/recurrence: end 2026-12-24T18:00 must be later than start 2026-12-24T18:00",
        ),
        (
            manifest(schedule("s", starts_on="2026-02-02", ends_on="2026-02-01")),
            "/schedules/0/startsOn: endsOn 2026-02-01 must not be before startsOn 2026-02-02",
        ),
        (manifest(schedule("s", starts_on="2026-02-30")), "/schedules/0/startsOn: '2026-02-30' is not a date"),
        (
            manifest(overrides=(override("o", utc(2026, 1, 2), utc(2026, 1, 1)),)),
            "/overrides/0/endsAt: must be later than startsAt",
        ),
        (manifest(fallback="gone"), "/fallback/playlistId: 'gone' is not in this manifest's playlists"),
    ],
)
def test_a_part_that_is_wrong_alone_is_named(made: Manifest, fault: str) -> None:
    assert any(line.startswith(fault) for line in told(made)), told(made)


@pytest.mark.parametrize(
    ("style", "fault"),
    [
        (TextStyle(kind="hologram"), "kind: 'hologram' is not one of still, ticker, clock"),
        (TextStyle(clock=ClockFace(time="13h")), "clock/time: '13h' is not one of 24h, 12h, none"),
        (TextStyle(clock=ClockFace(date="stardate")), "clock/date: 'stardate' is not one of ymd, dmy"),
        (TextStyle(clock=ClockFace(time_zone="Mars/Olympus")), "clock/timeZone: "),
    ],
)
def test_a_look_no_screen_knows_is_not_published(style: TextStyle, fault: str) -> None:
    made = manifest(assets={ContentId("words"): Asset(type=ContentType.TEXT, text="words", style=style)})

    assert any(line.startswith(f"/assets/words/style/{fault}") for line in told(made)), told(made)


def test_a_look_of_tomorrow_does_not_keep_a_screen_from_the_rest() -> None:
    look = TextStyle(kind="hologram", clock=ClockFace(time="beats", time_zone="Asia/Tokyo"))
    made = manifest(assets={ContentId("words"): Asset(type=ContentType.TEXT, text="words", style=look)})
    read = codec.decode(msgspec.json.encode(made))

    assert read.assets[ContentId("words")].style == look


@pytest.mark.parametrize(
    ("asset", "lacks"),
    [
        (Asset(type=ContentType.VIDEO), "content of type video needs its sha256"),
        (Asset(type=ContentType.VIDEO, sha256="b" * 64), None),
        (
            Asset(type=ContentType.WEBPAGE, url="file:///etc/passwd"),
            "content of type webpage needs a url that begins with https://",
        ),
        (Asset(type=ContentType.WEBPAGE), "content of type webpage needs a url that begins with https://"),
        (Asset(type=ContentType.WEBPAGE, url="https://example.org"), None),
        (Asset(type=ContentType.TEXT, text=""), "content of type text needs its text"),
        (Asset(type=ContentType.TEXT, text="Open until ten"), None),
        (Asset(type=ContentType.VIDEO, url="rtsp://camera/1"), None),
        (
            Asset(type=ContentType.VIDEO, url="file:///etc/passwd"),
            "a stream needs a url that begins with rtsp://, rtsps",
        ),
    ],
)
def test_an_asset_says_what_it_lacks(asset: Asset, lacks: str | None) -> None:
    assert (what_lacks(asset) or "").startswith(lacks or "")
    assert (what_lacks(asset) is None) is (lacks is None)


def test_an_asset_that_lacks_something_is_named_by_its_id() -> None:
    made = manifest(assets={ContentId("picture"): Asset(type=ContentType.IMAGE)}, playlists={"two": playlist()})

    assert told(made) == ["/assets/picture: content of type image needs its sha256"]


def test_both_kinds_of_target_are_one_too_many() -> None:
    both = Schedule(
        id=schedule("x").id,
        time_zone="UTC",
        recurrence=schedule("x").recurrence,
        playlist_id=schedule("x").playlist_id,
        layout_id=schedule("x", layout_id="l").layout_id,
    )
    neither = Override(id=override("o", utc(2026, 1, 1), None).id, starts_at=datetime(2026, 1, 1, tzinfo=UTC))

    assert told(manifest(both, overrides=(neither,), layouts={"l": layout(a="one")})) == [
        "/schedules/0: needs either a playlistId or a layoutId",
        "/overrides/0: needs either a playlistId or a layoutId",
    ]

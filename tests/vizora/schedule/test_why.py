"""What a reason is made of: a code with its parts, which people are told in any language."""

import msgspec
import pytest

from tests.vizora.manifests import item, layout, manifest, override, playlist, schedule, utc
from vizora.identifiers import ContentId, ItemId, ZoneId
from vizora.manifest.model import Level, Manifest, Weekly
from vizora.schedule.evaluate import plan, what_is_on
from vizora.schedule.model import ClockTrust
from vizora.schedule.reasons import (
    Active,
    Beaten,
    Because,
    Empty,
    Hindrance,
    Lack,
    Lacking,
    NoFallback,
    NotNow,
    NotYet,
    Over,
    SourceKind,
    Strength,
    Unconfirmed,
    Unreadable,
    Unshown,
)

NOON = utc(2026, 3, 25, 12)
TODAY = utc(2026, 3, 25)
DAY = Weekly(days=(3,), start_time="08:00", end_time="20:00")
MONDAYS = Weekly(days=(1,), start_time="08:00", end_time="20:00")
ALARM = override("alarm", TODAY, None, level=Level.EMERGENCY)


def why(made: Manifest, name: str = "s", clock: ClockTrust = ClockTrust.TRUSTED, **unplayable: str) -> Because:
    reasons = {ContentId(key): fault for key, fault in unplayable.items()}
    answer = what_is_on(plan(made), NOON, clock=clock, unplayable=reasons)
    return next(reason for reason in answer.why if reason.id == name).because


def beaten(kind: SourceKind, name: str, by: Strength, priorities: tuple[int, int] | None = None) -> Beaten:
    return Beaten(None, None, kind, name, "", by, priorities)


@pytest.mark.parametrize(
    ("made", "because"),
    [
        (manifest(schedule("s", DAY)), Active(utc(2026, 3, 25, 7), utc(2026, 3, 25, 19))),
        (manifest(schedule("s")), Active(None, None)),
        (
            manifest(schedule("s", MONDAYS, ends_on="2026-12-24")),
            NotNow(MONDAYS, "Europe/Berlin", None, "2026-12-24"),
        ),
        (manifest(overrides=(override("s", utc(2026, 3, 26), None),)), NotYet(utc(2026, 3, 26))),
        (manifest(overrides=(override("s", utc(2026, 3, 1), TODAY),)), Over(TODAY)),
        (
            manifest(schedule("s"), schedule("t", priority=4, name="Sale")),
            Beaten(None, None, SourceKind.SCHEDULE, "t", "Sale", Strength.PRIORITY, (4, 0)),
        ),
        (manifest(schedule("s"), schedule("r")), beaten(SourceKind.SCHEDULE, "r", Strength.SMALLER_ID)),
        (manifest(schedule("s"), schedule("t", DAY)), beaten(SourceKind.SCHEDULE, "t", Strength.LATER)),
        (
            manifest(schedule("s"), overrides=(override("o", TODAY, None),)),
            beaten(SourceKind.OVERRIDE, "o", Strength.KIND),
        ),
        (
            manifest(overrides=(override("s", TODAY, None), ALARM)),
            Beaten(TODAY, None, SourceKind.OVERRIDE, "alarm", "", Strength.EMERGENCY),
        ),
        (
            manifest(schedule("s", time_zone="Mars")),
            Unreadable("time zone 'Mars' is not known; a name such as Europe/Berlin is allowed"),
        ),
    ],
)
def test_a_reason_says_what_it_is_made_of(made: Manifest, because: Because) -> None:
    assert why(made) == because


def test_without_a_confirmed_time_and_without_a_fallback_there_is_nothing_more_to_say() -> None:
    assert why(manifest(schedule("s", DAY)), clock=ClockTrust.UNTRUSTED) == Unconfirmed()
    assert why(manifest(), "fallback") == NoFallback()


@pytest.mark.parametrize(
    ("made", "lacks"),
    [
        (manifest(schedule("s", shows=None)), [Lack(Lacking.TARGET)]),
        (manifest(schedule("s", layout_id="gone")), [Lack(Lacking.LAYOUT, "gone")]),
        (manifest(schedule("s", layout_id="l"), layouts={"l": layout()}), [Lack(Lacking.ZONES, "l")]),
        (manifest(schedule("s", shows="gone")), [Lack(Lacking.PLAYLIST, "gone")]),
        (
            manifest(schedule("s", layout_id="l"), layouts={"l": layout(a="empty", b="gone")}),
            [
                Lack(Lacking.ITEMS, "empty", zone_id=ZoneId("a")),
                Lack(Lacking.PLAYLIST, "gone", zone_id=ZoneId("b")),
            ],
        ),
    ],
)
def test_an_empty_target_says_what_it_lacks(made: Manifest, lacks: list[Lack]) -> None:
    assert why(made) == Empty(None, None, tuple(lacks))


def test_of_a_playlist_the_first_three_items_say_why_they_are_not_shown() -> None:
    items = (
        item("i", "unheard-of"),
        item("j", valid_from=utc(2026, 4, 1)),
        item("k", valid_until=utc(2026, 3, 1)),
        item("l", "film"),
    )
    spring = playlist(*items, name="Spring")
    turned = playlist(*reversed(items))

    def unshown(name: str, content: str, title: str, *how: object) -> Unshown:
        return Unshown(ItemId(name), ContentId(content), title, *how)  # type: ignore[arg-type]

    film = unshown("l", "film", "A film", Hindrance.UNPLAYABLE, None, "it is damaged")
    told = (
        unshown("i", "unheard-of", "", Hindrance.NOT_IN_MANIFEST),
        unshown("j", "picture", "A picture", Hindrance.NOT_YET, utc(2026, 4, 1)),
        unshown("k", "picture", "A picture", Hindrance.OVER, utc(2026, 3, 1)),
    )

    def lack(shown: str) -> Lack:
        made = manifest(schedule("s", shows=shown), playlists={"p": spring, "q": turned})
        because = why(made, film="it is damaged")
        assert isinstance(because, Empty)
        return because.lacks[0]

    assert lack("p") == Lack(Lacking.VALID_ITEMS, "p", "Spring", None, told, 1)
    assert lack("q").items[0] == film


def test_the_strongest_come_first() -> None:
    made = manifest(
        schedule("low", priority=-1),
        schedule("high", priority=1),
        overrides=(override("o", NOON, None), override("e", NOON, None, level=Level.EMERGENCY)),
        fallback="two",
    )

    assert [reason.id for reason in what_is_on(plan(made), NOON).why] == ["e", "o", "high", "low", "two"]


def test_a_reason_goes_over_the_wire_by_its_code() -> None:
    because = why(manifest(schedule("s", MONDAYS)))
    written = msgspec.to_builtins(because)

    assert written["code"] == "not-now"
    assert written["timeZone"] == "Europe/Berlin"
    assert msgspec.json.decode(msgspec.json.encode(because), type=Because) == because
    assert msgspec.convert(msgspec.to_builtins(Active(NOON, None)), Because) == Active(NOON, None)

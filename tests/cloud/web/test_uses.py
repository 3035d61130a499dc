"""Where a playlist or layout is used."""

from typing import Any

from cloud.web.uses import Use, uses

SCHEDULES: list[dict[str, Any]] = [
    {"id": "s1", "name": "Mornings", "playlistId": "p1", "layoutId": None},
    {"id": "s2", "name": "Evenings", "playlistId": None, "layoutId": "l1"},
]
LAYOUTS: list[dict[str, Any]] = [{"id": "l1", "name": "Lobby", "zones": [{"playlistId": "p1"}, {"playlistId": "p2"}]}]
DEVICES: list[dict[str, Any]] = [
    {"id": "d1", "nickname": "Entrance", "fallbackPlaylistId": "p1"},
    {"id": "d2", "nickname": "Counter", "fallbackPlaylistId": None},
]
OVERRIDES: list[dict[str, Any]] = [{"playlistId": "p1", "layoutId": None}, {"playlistId": "p1", "layoutId": None}]


def of(id_: str) -> list[Use]:
    return list(uses(id_, SCHEDULES, LAYOUTS, DEVICES, OVERRIDES))


def test_a_playlist_is_used_by_schedules_layouts_screens_and_what_is_on_air() -> None:
    assert of("p1") == [
        Use("Schedule", "Mornings", "/schedules/s1"),
        Use("Layout", "Lobby", "/layouts/l1"),
        Use("When nothing is planned", "Entrance", "/screens/d1"),
        Use("On air now", "", "/publish"),
    ]


def test_a_layout_is_used_by_schedules() -> None:
    assert of("l1") == [Use("Schedule", "Evenings", "/schedules/s2")]


def test_what_nothing_names_is_used_nowhere() -> None:
    assert of("p9") == []

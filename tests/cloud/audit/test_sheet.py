"""The audit log as CSV: the same rows as the list, of any length, that a spreadsheet shows and never runs."""

import csv
import io
from typing import Any

import pytest

from cloud.audit import sheet
from tests.cloud.house import House, Person
from tests.fakes.clock import FakeClock


def rows_of(person: Person, query: str = "") -> list[dict[str, str]]:
    answer = person.get(f"/api/audit-logs.csv{query}")
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def listed(person: Person, query: str = "") -> list[Any]:
    items: list[Any] = person.get(f"/api/audit-logs{query}").json()["items"]
    return items


def test_it_is_the_list_as_a_sheet(house: House) -> None:
    admin = house.register()
    admin.post("/api/playlists", {"name": "Lunch"})

    rows = rows_of(admin)

    assert tuple(rows[0]) == sheet.HEADER
    assert rows == [{name: row[name] or "" for name in sheet.HEADER} for row in listed(admin)]
    assert "Lunch" in [row["entityName"] for row in rows]


@pytest.mark.parametrize(
    "query",
    ["?action=playlist.create", "?entityType=playlist", "?from=2026-11-22T10:00:00Z", "?to=2026-11-22T10:00:00Z"],
)
def test_it_is_narrowed_as_the_list_is(house: House, clock: FakeClock, query: str) -> None:
    admin = house.register()
    clock.pass_time(3600)
    admin.post("/api/playlists", {"name": "Lunch"})

    assert [row["id"] for row in rows_of(admin, query)] == [row["id"] for row in listed(admin, query)]
    assert len(rows_of(admin, query)) == 1


def test_a_wrong_filter_is_a_problem_and_no_torn_file(house: House) -> None:
    assert house.register().get("/api/audit-logs.csv?from=yesterday").status_code == 400


@pytest.mark.parametrize("count", [3, 4, 5])
def test_it_is_read_in_parts_and_each_row_comes_once(house: House, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """All of one instant, so that their ids alone tell where a part ends."""
    monkeypatch.setattr(sheet, "AT_ONCE", 2)
    admin = house.register()
    for number in range(count):
        admin.post("/api/playlists", {"name": f"P{number}"})

    names = [row["entityName"] for row in rows_of(admin, "?entityType=playlist")]

    assert sorted(names) == [f"P{number}" for number in range(count)]
    assert names == [row["entityName"] for row in listed(admin, "?entityType=playlist")]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-2+3", "@SUM(A1)", '=HYPERLINK("http://x","y")'])
def test_a_name_that_a_spreadsheet_would_run_is_shown_as_text(house: House, name: str) -> None:
    admin = house.register()
    admin.post("/api/playlists", {"name": name})

    assert [row["entityName"] for row in rows_of(admin, "?entityType=playlist")] == [f"'{name}"]


def test_each_organization_gets_its_own_and_only_its_admins_do(house: House) -> None:
    admin, other = house.register(), house.register("Other")
    admin.post("/api/playlists", {"name": "Lunch"})

    assert [row["action"] for row in rows_of(other)] == ["organization.create"]
    assert house.hire(admin, "manager").get("/api/audit-logs.csv").status_code == 403

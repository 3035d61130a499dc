"""The pages about an organization: what it uses, its people, its log, one's own tokens."""

import pytest
from starlette.routing import Route

from tests.cloud.web.site import api, browser, noting
from tests.fakes.markup import read
from tests.fakes.public_api import COOKIE


def test_the_organization_says_what_is_used_up() -> None:
    text = read(browser(api()).get("/organization").text).text

    assert "Screens5 of 5" in text
    assert "Full: no further screen can be added." in text
    assert "2.0 MB of 5.0 GB" in text


@pytest.mark.parametrize(("key", "choice"), [(None, False), ("sk_1", True)])
def test_plans_are_offered_where_they_are_sold(key: str | None, choice: bool) -> None:
    full = api()
    full.sells = key
    page = browser(full).get("/organization").text

    assert ('data-tier="pro"' in page) is choice
    assert ("This server sells nothing" in page) is not choice


@pytest.mark.parametrize(
    ("query", "told"), [("", ""), ("?paid=yes", "Thank you. The plan changes"), ("?paid=no", "Nothing was bought.")]
)
def test_who_comes_back_from_paying_is_told_what_comes_of_it(query: str, told: str) -> None:
    full = api()
    full.sells = "sk_1"
    text = read(browser(full).get(f"/organization{query}").text).text

    assert [words in text for words in ("Thank you", "Nothing was bought")] == [
        told.startswith("Thank"),
        told.startswith("Nothing"),
    ]


def test_people_and_those_who_are_invited_are_shown_with_what_can_be_done() -> None:
    text = read(browser(api()).get("/organization/people").text).text

    assert "Vera Oz Blocked" in text
    assert "i1@new.example Viewer, run out" in text
    assert text.count("Invite again") == 1


def test_the_log_tells_who_did_what_with_the_way_to_it() -> None:
    page = browser(api()).get("/organization/log")

    assert "made a playlist: Morning playlist.create" in read(page.text).text
    assert '<a href="/playlists/p1"><bdi>Morning</bdi></a>' in page.text
    assert "removed a screen: Hall device.remove" in read(page.text).text
    assert "/screens/d9" not in page.text


def test_the_log_can_be_had_as_a_sheet_as_it_is_narrowed() -> None:
    client = browser(api())
    client.headers["cookie"] = f"{COOKIE}; zone=Asia%2FKathmandu"

    page = client.get("/organization/log?entityType=playlist&from=2026-11-20")

    query = "from=2026-11-19T18%3A15%3A00Z&amp;entityType=playlist"
    assert f'href="/api/audit-logs.csv?{query}" download' in page.text


def test_older_pages_of_the_log_lead_back_to_the_newest() -> None:
    full = api()
    full.page_size = 2
    first = browser(full).get("/organization/log?entityType=playlist").text
    second = browser(full).get("/organization/log?entityType=playlist&cursor=2").text

    assert "Newest" not in first
    assert 'href="?entityType=playlist&amp;cursor=2"' in first
    assert 'href="?entityType=playlist"' in second


def test_the_log_reads_days_in_the_zone_of_who_looks() -> None:
    asked: list[str] = []
    full = api()
    client = browser(full)
    client.headers["cookie"] = f"{COOKIE}; zone=Asia%2FKathmandu"
    client.app.router.routes.insert(0, Route("/api/audit-logs", noting(asked)))  # type: ignore[attr-defined]

    page = client.get("/organization/log?from=2026-11-20&to=2026-11-21")

    assert page.status_code == 200
    assert asked == ["from=2026-11-19T18%3A15%3A00Z&to=2026-11-21T18%3A15%3A00Z"]


def test_tokens_are_shown_where_the_server_has_them() -> None:
    without = api()
    without.tokens = []

    assert "Sync Viewer, never used" in read(browser(api()).get("/account").text).text
    assert 'id="tokens"' not in browser(without).get("/account").text

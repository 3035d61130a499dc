"""The pages for a fleet, for a screen's log, for a screen that was copied, and for accounts that are linked."""

from typing import Any

import pytest

from cloud.sso.address import IssuerAddress
from tests.cloud.web.site import api, browser
from tests.fakes.markup import read

OIDC = IssuerAddress("https://id.example/realm", "vizora", "secret")


def token(**values: Any) -> dict[str, Any]:
    return {
        "id": "e1", "name": "Stores", "maxUses": 40, "uses": 7, "usable": True, "tags": ["north"], "location": "",
        "timezone": "UTC", "createdBy": "u1", "createdAt": "2026-11-20T10:00:00Z",
        "expiresAt": "2027-01-01T00:00:00Z", "revokedAt": None,
    } | values  # fmt: skip


def line(message: str, level: str = "error") -> dict[str, Any]:
    at = "2026-11-22T11:00:00Z"
    return {"id": message, "at": at, "receivedAt": at, "level": level, "source": "cache", "message": message}


def test_the_fleet_page_shows_what_each_file_added_and_offers_to_revoke_it() -> None:
    full = api()
    full.enrolment_tokens = [token(), token(id="e2", name="Old", usable=False, revokedAt="2026-11-21T00:00:00Z")]

    page = browser(full).get("/screens/many")

    assert "Stores 7 of 40 added, until 2027-01-01T00:00:00Z, north" in read(page.text).text
    assert 'data-revoke="e1"' in page.text
    assert 'data-revoke="e2"' not in page.text
    assert "Old 7 of 40 added, revoked, north" in read(page.text).text


def test_a_viewer_can_make_no_file_and_sees_no_token() -> None:
    full = api()
    full.role = "viewer"
    full.enrolment_tokens = [token()]

    page = browser(full).get("/screens/many")

    assert "<form" not in page.text
    assert "Stores" not in page.text


def test_a_screens_log_is_text_newest_first_with_the_screens_own_time() -> None:
    full = api()
    full.devices[0]["timezone"] = "Asia/Kathmandu"
    full.lines = [line("<script>alert(1)</script>"), line("The card is nearly full", "warning")]

    page = browser(full).get("/screens/d1/log")

    assert "<script>alert" not in page.text
    assert "Sun 22 Nov 16:45:00" in read(page.text).text
    assert "warningcache The card is nearly full" in read(page.text).text
    assert 'data-command="collect-logs"' in page.text


@pytest.mark.parametrize(
    ("role", "copied", "buttons"),
    [("admin", True, 1), ("admin", False, 1), ("manager", True, 0), ("manager", False, 0), ("viewer", True, 0)],
)
def test_a_copied_screen_raises_an_alarm_that_an_admin_can_end(role: str, copied: bool, buttons: int) -> None:
    full = api()
    full.role = role
    full.devices[0]["copiesSeenAt"] = "2026-11-22T11:00:00Z" if copied else None

    page = browser(full).get("/screens/d1")

    assert ("There are two of this screen" in page.text) is copied
    assert page.text.count("data-revoke=") == buttons
    assert ('id="revoke"' in page.text) is (role == "admin")


def test_an_account_elsewhere_is_linked_and_unlinked_where_there_is_a_provider() -> None:
    full = api()
    full.identities = [{"id": "i1", "issuer": "x", "email": "m@id.example", "createdAt": "2026-11-20T10:00:00Z"}]

    page = browser(full, oidc=OIDC).get("/account")

    assert 'data-unlink="i1"' in page.text
    assert "data-link>" in page.text
    assert "Sign in with id.example" in read(page.text).text
    assert "data-link" not in browser(full).get("/account").text

"""The pages: who may see them, what they say, and that nothing in them breaks our own policy."""

from urllib.parse import quote

import pytest

from tests.cloud.web.site import (
    FOR_ADMINS,
    FOR_ALL,
    FOR_PEOPLE,
    api,
    browser,
    buttons,
    invitation,
    layout,
    schedule,
    segment,
)
from tests.fakes.markup import read
from tests.fakes.public_api import PublicApi, content, device, playlist, user

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'


@pytest.mark.parametrize("path", FOR_PEOPLE + FOR_ADMINS)
def test_a_page_for_people_sends_strangers_to_sign_in_and_back(path: str) -> None:
    answer = browser(api(), signed_in=False).get(path)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next={quote(path)}"


@pytest.mark.parametrize("path", FOR_ALL)
def test_the_doors_open_for_strangers(path: str) -> None:
    assert browser(api(), signed_in=False).get(path).status_code == 200


@pytest.mark.parametrize("path", FOR_PEOPLE + FOR_ADMINS + FOR_ALL)
@pytest.mark.parametrize("filled", [True, False], ids=["filled", "empty"])
def test_every_page_keeps_to_the_policy_and_has_labels(path: str, filled: bool) -> None:
    needs_something = "/d1" in path or path[-1].isdigit()
    answer = browser(api() if filled or needs_something else PublicApi(users=[user("u1")])).get(path)

    assert answer.status_code == 200
    assert read(answer.text).faults == []
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "html",
    ["<p style='color:red'>", "<script>1</script>", "<a onclick='x'>", "<img src='x'>", "<input name='x'>", "<style>"],
)
def test_the_check_of_the_markup_itself_sees_each_fault(html: str) -> None:
    assert len(read(html).faults) == 1


@pytest.mark.parametrize("path", FOR_PEOPLE + FOR_ADMINS + FOR_ALL)
def test_a_page_asks_nothing_of_other_servers(path: str) -> None:
    addresses = read(browser(api()).get(path).text).addresses

    assert addresses
    assert all(address.startswith(("/", "#", "?")) and not address.startswith("//") for address in addresses)


@pytest.mark.parametrize(
    "nasty",
    [HOSTILE, f"\N{RIGHT-TO-LEFT OVERRIDE}{HOSTILE}\N{FOX FACE}", HOSTILE * 150, "{{ 7 * 7 }}", "'\"><svg onload=x>"],
    ids=["markup", "right to left", "10 kB", "template", "attribute"],
)
def test_names_from_people_are_text_and_never_markup(nasty: str) -> None:
    hostile = PublicApi(
        devices=[
            device(
                "d1",
                nickname=nasty,
                location=nasty,
                currentContent={"shown": [{"contentId": "c1", "title": nasty}]},
            )
        ],
        contents=[content("c1", title=nasty)],
        playlists=[playlist("p1", "c1") | {"name": nasty}],
        users=[user("u1", firstName=nasty, email=nasty)],
        invitations=[invitation("i1", "2030-01-01T00:00:00Z") | {"email": nasty}],
        tokens=[{"id": "t", "name": nasty, "role": "viewer", "lastUsedAt": None, "expiresAt": None}],
        schedules=[schedule("s1", {"kind": "always"}) | {"name": nasty}],
        layouts=[layout("l1") | {"name": nasty}],
        timeline={"segments": [segment("s1")], "conflicts": [], "digest": ""},
    )

    for path in FOR_PEOPLE + FOR_ADMINS:
        page = browser(hostile).get(path)
        assert "<script>alert" not in page.text
        assert "<svg onload" not in page.text
        assert "49" not in read(page.text).text or "{{" not in nasty
        assert read(page.text).faults == []


def test_the_start_leads_to_the_screens() -> None:
    assert browser(api()).get("/").headers["location"] == "/screens"


@pytest.mark.parametrize("path", FOR_PEOPLE)
def test_a_viewer_sees_no_button_it_may_not_use(path: str) -> None:
    full = api()
    full.role = "viewer"

    page = browser(full).get(path)

    assert page.status_code == 200
    own = {"Save"} if path == "/account" else set()  # of one's own language
    assert set(buttons(page.text)) <= own | {
        "Sign out",
        "Find",
        "Change it",
        "Set them up",
        "New token",
        "Revoke",
        "Show",
        "Whole window",
    }
    for_managers = ("/publish?", "/pair", "/screens/many")
    assert not [one for one in read(page.text).addresses if one.startswith(for_managers) or "/new" in one]


def test_the_look_at_buttons_sees_those_of_a_manager() -> None:
    full = api()
    full.role = "manager"

    found = [set(buttons(browser(full).get(path).text)) for path in ("/screens/d1", "/playlists/p1", "/schedules/s1")]

    assert "Identify" in found[0]
    assert all("Save" in names for names in found)


@pytest.mark.parametrize("role", ["viewer", "manager"])
@pytest.mark.parametrize("path", FOR_ADMINS)
def test_pages_for_admins_are_not_there_for_others(path: str, role: str) -> None:
    full = api()
    full.role = role

    assert browser(full).get(path).status_code == 404
    assert "/organization/people" not in read(browser(full).get("/organization").text).addresses


@pytest.mark.parametrize(
    ("path", "held"),
    [
        ("/playlists/shelf?q=men", "Menu"),
        ("/publish/choices?q=men", "Menu"),
        ("/screens/choices?q=Entr", 'type="checkbox" name="screen" value="d1"'),
        ("/screens/choices?for=replaced", 'type="radio" name="replaceDeviceId" value="d2"'),
        ("/screens/choices?for=week&week=2026-11-23", 'href="?screen=d3&amp;week=2026-11-23"'),
        ("/screens/choices?for=nothing&page=x", 'type="checkbox"'),
        ("/screens/choices?q=nowhere", "No screen fits these words."),
        ("/screens/choices?q=a", "All 2 that fit"),
    ],
)
def test_parts_of_a_page_are_for_people_and_hold_what_was_looked_for(path: str, held: str) -> None:
    part = browser(api()).get(path)

    assert part.status_code == 200
    assert held in part.text
    assert read(part.text).faults == []
    assert browser(api(), signed_in=False).get(path).status_code == 303


@pytest.mark.parametrize("path", ["/pair?q=Hall&code=ABC234&nickname=Door", "/schedules?q=Hall&screen=d1"])
def test_without_scripts_the_page_itself_is_asked_for_the_screens_with_some_words(path: str) -> None:
    page = browser(api()).get(path).text

    assert "<details data-finder open>" in page
    assert "1 screen found" in page
    assert "Hall" in page
    assert "Counter" not in page
    assert ('value="ABC234"' in page and 'value="Door"' in page) or "What plays on Entrance" in page

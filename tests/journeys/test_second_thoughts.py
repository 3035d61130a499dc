"""What people do with half a mind: drop a file anywhere, delete what is used, leave unsaved work, lose the network."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, Route, expect

from edge.welcome import PLACE
from tests.journeys.browser import DESK, PHONE, STILL, visitor
from tests.journeys.doors import fill, sign_in
from tests.journeys.full_house import FullHouse
from tests.journeys.running_demo import eventually

pytestmark = pytest.mark.slow
DROP = """
([bytes, own]) => {
  const there = document.body;
  const given = new DataTransfer();
  given.items.add(new File([new Uint8Array(bytes)], "Dropped.png", { type: "image/png" }));
  const about = { dataTransfer: given, bubbles: true, cancelable: true };
  const send = (name) => there.dispatchEvent(new DragEvent(name, about));
  if (own) send("dragstart");
  send("dragenter");
  const shown = !document.getElementById("drop-veil").hidden;
  const taken = !send("drop");
  if (own) send("dragend");
  return [shown, taken];
}
"""
"""Drops a picture on the page: one of its own when `own`. Whether the page said so, and whether it took it."""
SPILLS = """
(selector) => [...document.querySelectorAll(selector)].filter((one) => {
  const [inner, outer] = [one.getBoundingClientRect(), one.closest("li, dl").getBoundingClientRect()];
  return inner.left < outer.left - 1 || inner.right > outer.right + 1;
}).length
"""

CUT = """
(all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => getComputedStyle(one).textOverflow)
"""
"""How those end that do not fit."""


@pytest.fixture(scope="module")
def person(house: FullHouse, chromium: Browser) -> Iterator[Page]:
    with visitor(chromium, **DESK, **STILL) as person:
        sign_in(person, house.url)
        yield person


@pytest.fixture
def playlist(house: FullHouse) -> str:
    """The id of one that nothing uses."""
    items = [{"contentId": house.ids[name], "durationMs": 5000} for name in ("content", "pdf")]
    return str(house.post("/api/playlists", {"name": "Spare", "items": items})["id"])


def names(house: FullHouse, what: str) -> list[str]:
    return [one["name"] for one in house.get(f"/api/{what}?limit=200")["items"]]


@pytest.mark.parametrize("place", ["/screens", "/schedules"])
def test_a_file_may_be_dropped_on_any_page(house: FullHouse, person: Page, place: str) -> None:
    picture = list(Path(str(PLACE / "wayfinding.png")).read_bytes())
    before = len(house.get("/api/content?q=Dropped")["items"])
    person.goto(house.url + place)

    assert person.evaluate(DROP, [picture, False]) == [True, True]

    eventually(lambda: len(house.get("/api/content?q=Dropped")["items"]) == before + 1, "the dropped picture")
    expect(person.locator("#dock")).to_be_hidden()


def test_a_picture_of_the_page_itself_is_not_uploaded_when_it_is_dragged(house: FullHouse, person: Page) -> None:
    person.goto(f"{house.url}/content")

    assert person.evaluate(DROP, [[1, 2, 3], True]) == [False, False]


def test_a_playlist_that_is_used_says_where_before_it_is_deleted(house: FullHouse, person: Page) -> None:
    person.goto(f"{house.url}/playlists/{house.ids['playlist']}")

    person.locator("[data-delete-playlist]").click()

    dialog = person.locator("#delete")
    for use in ("Mornings", "News", "On air now"):
        expect(dialog).to_contain_text(use)
    dialog.locator("button[value='']").click()
    assert "Morning" in names(house, "playlists")


def test_what_is_deleted_can_be_taken_back(house: FullHouse, person: Page, playlist: str) -> None:
    person.goto(f"{house.url}/playlists/{playlist}")
    person.locator("[data-delete-playlist]").click()
    person.locator("#notice button").click()
    expect(person.locator("#notice")).to_have_text("Taken back.")

    person.goto(f"{house.url}/playlists")

    assert house.get(f"/api/playlists/{playlist}")["name"] == "Spare"


def test_who_leaves_after_deleting_has_deleted(house: FullHouse, person: Page, playlist: str) -> None:
    person.goto(f"{house.url}/playlists/{playlist}")
    person.locator("[data-delete-playlist]").click()
    expect(person.locator("#notice button")).to_be_visible()

    person.goto(f"{house.url}/screens")

    address = f"{house.url}/api/playlists/{playlist}"
    eventually(lambda: house.session.get(address, timeout=60).status_code == 404, "the playlist deleted")
    expect(person).to_have_url(f"{house.url}/screens")  # and nobody is led elsewhere


def delete_with_unsaved_work(house: FullHouse, person: Page, playlist: str) -> None:
    person.goto(f"{house.url}/playlists/{playlist}")
    person.locator("[name=name]").press("End")
    person.locator("[name=name]").press("x")
    person.locator("[data-delete-playlist]").click()
    expect(person.locator("#notice button")).to_be_visible()


def is_there(house: FullHouse, playlist: str) -> bool:
    return house.session.get(f"{house.url}/api/playlists/{playlist}", timeout=60).status_code == 200


def test_who_is_asked_before_leaving_and_stays_has_deleted_nothing(
    house: FullHouse, person: Page, playlist: str
) -> None:
    delete_with_unsaved_work(house, person, playlist)
    with person.expect_event("dialog") as asked:
        person.once("dialog", lambda dialog: dialog.dismiss())
        person.locator(".back a").click(no_wait_after=True)
    assert asked.value.type == "beforeunload"

    person.locator("#notice button").click()  # it can still be taken back

    expect(person.locator("#notice")).to_have_text("Taken back.")
    assert is_there(house, playlist)


def test_who_is_asked_before_leaving_and_goes_has_deleted(house: FullHouse, person: Page, playlist: str) -> None:
    delete_with_unsaved_work(house, person, playlist)
    person.once("dialog", lambda dialog: dialog.accept())
    person.locator(".back a").click()

    person.wait_for_url("**/playlists")
    eventually(lambda: not is_there(house, playlist), "the playlist deleted")


def test_deleting_before_the_answer_would_be_seen(house: FullHouse, chromium: Browser, playlist: str) -> None:
    """The broken twin."""

    def hasty(route: Route) -> None:
        script = route.fetch()
        waits = "if (leaving?.defaultPrevented) return;"
        assert waits in script.text()
        route.fulfill(response=script, body=script.text().replace(waits, ""))

    with visitor(chromium, **DESK, **STILL) as person:
        sign_in(person, house.url)
        person.route("**/forms.js", hasty)
        delete_with_unsaved_work(house, person, playlist)
        with person.expect_event("dialog"):
            person.once("dialog", lambda dialog: dialog.dismiss())
            person.locator(".back a").click(no_wait_after=True)

        eventually(lambda: not is_there(house, playlist), "the playlist deleted although its editor stayed open")


def test_what_came_to_use_it_since_is_not_deleted_with_it_unasked(
    house: FullHouse, chromium: Browser, playlist: str
) -> None:
    always = {"target": {"all": True}, "recurrence": {"kind": "always"}}
    with visitor(chromium, **DESK, **STILL) as person:
        sign_in(person, house.url)
        person.clock.install()
        person.goto(f"{house.url}/playlists/{playlist}")
        schedule = house.post("/api/schedules", {"name": "Meanwhile", "playlistId": playlist, **always})["id"]
        person.locator("[data-delete-playlist]").click()
        person.clock.run_for(11_000)
        expect(person.locator("#notice")).to_contain_text("It has come into use meanwhile")

    assert house.get(f"/api/schedules/{schedule}")["playlistId"] == playlist
    house.session.delete(f"{house.url}/api/schedules/{schedule}", timeout=60)


def test_content_says_what_goes_with_it_what_stays_and_what_changes(house: FullHouse, person: Page) -> None:
    person.goto(f"{house.url}/content/{house.ids['nasty']}")
    person.locator("[data-delete]").click()
    dialog = person.locator("#delete")

    for words in ("These are deleted with it:", "On air now", "It is taken out here:", "Morning", "Mornings"):
        expect(dialog).to_contain_text(words)
    dialog.locator("button[value='']").click()
    assert house.get(f"/api/content/{house.ids['nasty']}")


def test_what_is_taken_out_of_a_playlist_comes_back_to_its_place(house: FullHouse, person: Page, playlist: str) -> None:
    person.goto(f"{house.url}/playlists/{playlist}")
    titles = person.locator("#items .item-title")
    person.locator("[data-move=out]").first.click()
    expect(titles).to_have_text(["Menu card"])

    person.locator("#notice button").click()

    expect(titles).to_have_text(["Wayfinding", "Menu card"])


def test_a_playlist_and_a_schedule_can_be_duplicated(house: FullHouse, person: Page, playlist: str) -> None:
    for address, name in ((f"playlists/{playlist}", "Spare"), (f"schedules/{house.ids['schedule']}", "Mornings")):
        person.goto(f"{house.url}/{address}")
        person.locator("[data-copy]").click()
        expect(person.locator("[name=name]")).to_have_value(f"{name} (copy)")


def test_a_schedule_that_is_not_saved_is_not_left_unasked(house: FullHouse, person: Page) -> None:
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    person.on("dialog", answer)
    person.goto(f"{house.url}/schedules/{house.ids['schedule']}")
    person.goto(f"{house.url}/schedules")
    assert asked == []
    person.goto(f"{house.url}/schedules/{house.ids['schedule']}")
    person.locator("[name=name]").press("End")
    person.locator("[name=name]").press("x")
    person.goto(f"{house.url}/schedules")
    person.remove_listener("dialog", answer)

    assert asked == ["beforeunload"]


def test_an_emergency_is_given_an_end_at_once(house: FullHouse, person: Page) -> None:
    person.goto(f"{house.url}/publish")
    length = person.locator("#how-long")
    expect(length).to_have_value("")

    person.locator("[name=emergency]").check()

    expect(length).to_have_value("3600000")
    assert length.locator("option[value='']").is_disabled()


def test_a_field_that_was_mended_is_reproached_no_more(house: FullHouse, person: Page) -> None:
    person.goto(f"{house.url}/playlists/new")
    person.locator("#playlist button.primary").click()
    expect(person.locator(".field-problem")).to_be_visible()

    fill(person, name="Lunch")

    expect(person.locator(".field-problem")).to_have_count(0)


def test_a_page_that_lost_the_server_says_how_old_it_is_until_it_is_back(house: FullHouse, person: Page) -> None:
    person.goto(f"{house.url}/screens")
    stale = person.locator("#stale")
    expect(stale).to_be_hidden()

    person.context.set_offline(True)
    expect(stale).to_contain_text("No news from the server: this is how it was at ")
    person.context.set_offline(False)

    expect(stale).to_be_hidden()


def test_who_scans_a_code_and_is_not_signed_in_reads_that_a_screen_waits(house: FullHouse, chromium: Browser) -> None:
    with visitor(chromium, **PHONE) as installer:
        installer.goto(f"{house.url}/pair#code=ABCDEF&claimKey=x")
        expect(installer.locator("form .hint")).to_contain_text("A screen is waiting for you")

        installer.goto(f"{house.url}/sign-in?next=/content")
        expect(installer.locator("form .hint")).to_have_count(0)


def test_of_two_links_opened_in_one_tab_the_second_counts(house: FullHouse, person: Page) -> None:
    for token in ("first", "second"):
        person.goto(f"{house.url}/reset-password#token={token}")
    fill(person, password="correct horse battery")

    with person.expect_request("**/api/auth/password-reset/confirm") as sent:
        person.locator("form button").first.click()

    assert '"second"' in (sent.value.post_data or "")


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_on_a_phone_nothing_reaches_out_of_its_card_and_fields_have_room(
    house: FullHouse, chromium: Browser, language: str
) -> None:
    with visitor(chromium, **PHONE, **STILL, locale=language) as phone:
        sign_in(phone, house.url)
        assert phone.evaluate(SPILLS, ".screen .status") == 0

        phone.goto(f"{house.url}/screens/{house.ids['screen']}")
        labels = phone.locator("#health dt").evaluate_all("(all) => all.map((one) => one.clientWidth)")
        assert min(labels) >= 24, "a label is squeezed to single letters"

        phone.goto(f"{house.url}/playlists/{house.ids['playlist']}")
        share = phone.locator(".item").first.evaluate(
            "(item) => item.querySelector('.item-fields').clientWidth / item.clientWidth"
        )
        assert share > 0.8
        assert phone.locator(".title-field").evaluate("(field) => field.clientWidth") >= 180, "the name has no room"

        phone.goto(f"{house.url}/schedules?screen={house.ids['screen']}")
        cut = phone.locator(".calendar .bar-words").evaluate_all(CUT)
        assert set(cut) == {"ellipsis"}, "a long name ends as if it were all of it"

        phone.goto(f"{house.url}/organization/people")
        label = "(cell) => getComputedStyle(cell, '::before').content"
        assert len(phone.locator("[data-label]").first.evaluate(label)) > 4, "when of what?"

"""Files on their way up: they outlive a walk to another page and a lost network, and nobody else gets them."""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Request, expect

from tests.fakes.cable import cable
from tests.journeys.browser import visitor
from tests.journeys.doors import sign_up
from tests.journeys.running_demo import eventually

pytestmark = pytest.mark.slow
UPLOADS = "**/api/uploads**"
SLOW_BYTES_S, AT_ONCE = 400_000, -1
UNDER_WAY = re.compile(r"^\d\d%")
SLOW_STORAGE = """
    const open = indexedDB.open.bind(indexedDB);
    const allowed = new Promise((allow) => { window.openStorage = allow });
    indexedDB.open = (...how) => {
      const late = {};
      allowed.then(() => {
        const request = open(...how);
        for (const event of ["onupgradeneeded", "onsuccess", "onerror"]) request[event] = () => {
          late.result = request.result;
          late[event]();
        };
      });
      return late;
    };
"""
"""The browser's storage opens only after `openStorage()`, as on a phone whose card is busy."""


@pytest.fixture
def person(cloud: str, chromium: Browser) -> Iterator[Page]:
    with visitor(chromium) as person:
        sign_up(person, cloud)
        person.goto(f"{cloud}/content")
        yield person


def large(file: Path) -> Path:
    """A picture of 3 MB that can't be squeezed."""
    Image.frombytes("RGB", (1000, 1000), os.urandom(3_000_000)).save(file)
    return file


def choose(person: Page, file: Path) -> None:
    person.locator("#files").set_input_files(file)


def hold(person: Page) -> None:
    """From now on uploads don't leave, as on a network that hangs."""
    person.route(UPLOADS, lambda route: None)


def release(person: Page) -> None:
    person.unroute(UPLOADS)


def throttle(person: Page, upload_bytes_s: int) -> None:
    """Sends at most so much from now on."""
    person.context.new_cdp_session(person).send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": upload_bytes_s},
    )


def uploaded(person: Page) -> None:
    """One piece of content is there, ready, and the dock has nothing left to do."""
    expect(person.locator(".tile[data-status=ready]")).to_be_visible()
    expect(person.locator("#dock")).to_be_hidden()
    expect(person.locator(".tile")).to_have_count(1)


def offsets(person: Page) -> list[int]:
    """Where the pieces that leave from now on begin."""
    found: list[int] = []

    def note(request: Request) -> None:
        if (offset := request.headers.get("upload-offset")) is not None:
            found.append(int(offset))

    person.on("request", note)
    return found


def test_an_upload_goes_on_on_the_next_page(cloud: str, person: Page, tmp_path: Path) -> None:
    hold(person)
    choose(person, large(tmp_path / "Noise.png"))
    expect(person.locator("#dock .upload")).to_be_visible()

    person.locator("nav a[href='/playlists']").click()
    person.wait_for_url("**/playlists")
    expect(person.locator("#dock .upload")).to_contain_text("Noise.png")
    release(person)
    person.goto(f"{cloud}/content")

    uploaded(person)


def test_files_chosen_before_the_storage_has_opened_are_sent_when_it_has(
    cloud: str, person: Page, tmp_path: Path
) -> None:
    person.add_init_script(SLOW_STORAGE)
    person.goto(f"{cloud}/content")
    choose(person, large(tmp_path / "Early.png"))
    person.evaluate("openStorage()")

    uploaded(person)


def test_a_broken_connection_is_said_and_the_file_goes_on_when_asked(person: Page, tmp_path: Path) -> None:
    person.route(UPLOADS, lambda route: route.abort("connectionfailed"))
    choose(person, large(tmp_path / "Noise.png"))
    again = person.locator("#dock [data-retry]")
    expect(again).to_be_visible()
    expect(person.locator("#dock")).to_contain_text("connection broke")

    release(person)
    again.click()

    uploaded(person)


def test_what_a_lost_network_broke_off_goes_on_there_by_itself_when_it_is_back(
    cloud: str, chromium: Browser, tmp_path: Path
) -> None:
    with cable(int(cloud.rpartition(":")[2])) as line, visitor(chromium) as person:
        url = f"http://127.0.0.1:{line.port}"
        sign_up(person, url)
        person.goto(f"{url}/content")
        pieces = offsets(person)
        line.upload_bytes_s, before = SLOW_BYTES_S, line.carried_up
        choose(person, large(tmp_path / "Noise.png"))
        eventually(lambda: line.carried_up - before > SLOW_BYTES_S, "the first part")

        line.pull()
        expect(person.locator("#dock")).to_contain_text("It goes on by itself.")
        line.upload_bytes_s = None
        line.plug_in()

        uploaded(person)
    assert pieces[0] == 0
    assert pieces[-1] > 0


def test_a_paused_upload_waits_on_every_page_and_goes_on_where_it_was(cloud: str, person: Page, tmp_path: Path) -> None:
    throttle(person, SLOW_BYTES_S)
    choose(person, large(tmp_path / "Noise.png"))
    expect(person.locator("#dock .upload-state")).to_have_text(UNDER_WAY)
    person.locator("#dock [data-pause]").click()
    expect(person.locator("#dock .upload-state")).to_have_text("paused")
    throttle(person, AT_ONCE)

    pieces = offsets(person)
    person.goto(f"{cloud}/playlists")
    expect(person.locator("#dock .upload-state")).to_have_text("paused")
    assert pieces == []
    person.locator("#dock [data-pause]").click()

    expect(person.locator("#dock")).to_be_hidden()
    assert len(pieces) == 1
    assert pieces[0] > 0
    person.goto(f"{cloud}/content")
    uploaded(person)


def test_a_new_version_goes_up_in_pieces_too_and_the_page_shows_it(cloud: str, person: Page, tmp_path: Path) -> None:
    choose(person, large(tmp_path / "Noise.png"))
    uploaded(person)
    person.locator(".tile h2 a").click()
    person.wait_for_url("**/content/*")
    pieces, other = offsets(person), large(tmp_path / "Other.png")

    with person.expect_navigation():  # the page comes again, with the new picture
        person.locator("#new-version").set_input_files(other)

    content = person.request.get(person.url.replace("/content/", "/api/content/")).json()
    assert content["originalSha256"] == hashlib.sha256(other.read_bytes()).hexdigest()
    assert pieces == [0]


def test_a_cancelled_upload_is_gone(cloud: str, person: Page, tmp_path: Path) -> None:
    hold(person)
    choose(person, large(tmp_path / "Noise.png"))
    person.locator("#dock [data-cancel]").click()
    expect(person.locator("#dock")).to_be_hidden()
    release(person)

    person.goto(f"{cloud}/content")

    nothing_there(person)


def test_who_signs_in_next_does_not_send_anothers_files(cloud: str, person: Page, tmp_path: Path) -> None:
    hold(person)
    choose(person, large(tmp_path / "Private.png"))
    expect(person.locator("#dock .upload")).to_be_visible()
    person.locator("[data-sign-out]").first.click()
    person.wait_for_url("**/sign-in?signed-out")
    release(person)

    sign_up(person, cloud, "other@else.example", "Else")
    person.goto(f"{cloud}/content")

    nothing_there(person)


def nothing_there(person: Page) -> None:
    expect(person.locator(".empty")).to_be_visible()
    expect(person.locator("#dock")).to_be_hidden()

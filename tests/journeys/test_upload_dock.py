"""Files on their way up: they outlive a walk to another page and a lost network, and nobody else gets them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.journeys.browser import Browser, browser
from tests.journeys.full_house import cloud_process

pytestmark = pytest.mark.slow
UPLOADS = "*/api/uploads*"
NOTES_OFFSETS = """
    window.offsets = [];
    window.lines = [];
    const set = XMLHttpRequest.prototype.setRequestHeader;
    XMLHttpRequest.prototype.setRequestHeader = function (name, value) {
      if (name === "Upload-Offset") {
        window.offsets.push(Number(value));
        window.lines.push(this);
      }
      return set.call(this, name, value);
    };
"""
SLOW_BYTES_S = 400_000
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
def cloud(tmp_path: Path) -> Iterator[str]:
    with cloud_process(tmp_path / "var") as url:
        yield url


@pytest.fixture
def person(cloud: str, tmp_path: Path) -> Iterator[Browser]:
    with browser(tmp_path / "profile") as person:
        register(person, cloud, "mira@acme.example")
        person.open(f"{cloud}/content")
        yield person


def register(person: Browser, cloud: str, email: str) -> None:
    person.open(f"{cloud}/register")
    person.fill(organizationName=f"Of {email}", firstName="Mira", lastName="Oz", email=email)
    person.fill(password="correct horse battery")
    person.click("form button")
    person.until("location.pathname === '/screens'")


def large(file: Path) -> Path:
    """A picture of 3 MB that can't be squeezed."""
    Image.frombytes("RGB", (1000, 1000), os.urandom(3_000_000)).save(file)
    return file


def test_an_upload_goes_on_on_the_next_page(cloud: str, person: Browser, tmp_path: Path) -> None:
    person.hold(UPLOADS)
    person.choose_files("#files", large(tmp_path / "Noise.png"))
    person.until("document.querySelector('#dock .upload')")

    person.click("nav a[href='/playlists']")
    person.until("location.pathname === '/playlists' && document.querySelector('#dock .upload')")
    assert "Noise.png" in person.text("#dock")
    person.release()
    person.open(f"{cloud}/content")

    person.until("document.querySelector('.tile[data-status=ready]')")
    person.until("document.querySelector('#dock').hidden")
    assert person.value("document.querySelectorAll('.tile').length") == 1
    assert person.violations == []


def test_files_chosen_before_the_storage_has_opened_are_sent_when_it_has(
    cloud: str, person: Browser, tmp_path: Path
) -> None:
    person.before_each_page(SLOW_STORAGE)
    person.open(f"{cloud}/content")
    person.choose_files("#files", large(tmp_path / "Early.png"))
    person.value("openStorage()")

    person.until("document.querySelector('.tile[data-status=ready]')")
    person.until("document.querySelector('#dock').hidden")
    assert person.value("document.querySelectorAll('.tile').length") == 1
    assert person.violations == []


def test_a_lost_network_is_said_and_the_file_goes_on_when_asked(person: Browser, tmp_path: Path) -> None:
    person.hold(UPLOADS)
    person.choose_files("#files", large(tmp_path / "Noise.png"))
    person.until("document.querySelector('#dock .upload')")
    person.lose()
    person.until("!document.querySelector('#dock [data-retry]').hidden")
    assert "connection broke" in person.text("#dock")

    person.release()
    person.click("#dock [data-retry]")

    person.until("document.querySelector('.tile[data-status=ready]')")
    person.until("document.querySelector('#dock').hidden")


def test_what_broke_off_on_the_way_goes_on_there_by_itself(cloud: str, person: Browser, tmp_path: Path) -> None:
    person.before_each_page(NOTES_OFFSETS)
    person.open(f"{cloud}/content")
    person.throttle(SLOW_BYTES_S)
    person.choose_files("#files", large(tmp_path / "Noise.png"))
    person.until("document.querySelector('#dock progress').value > 10")
    person.value("lines[0].abort()")
    person.until("!document.querySelector('#dock [data-retry]').hidden")

    person.throttle(None)

    person.until("document.querySelector('.tile[data-status=ready]')")
    offsets = person.value("offsets")
    assert offsets[0] == 0
    assert offsets[-1] > 0
    assert person.value("document.querySelectorAll('.tile').length") == 1


def test_a_paused_upload_waits_on_every_page_and_goes_on_where_it_was(
    cloud: str, person: Browser, tmp_path: Path
) -> None:
    person.before_each_page(NOTES_OFFSETS)
    person.open(f"{cloud}/content")
    person.throttle(SLOW_BYTES_S)
    person.choose_files("#files", large(tmp_path / "Noise.png"))
    person.until("document.querySelector('#dock progress').value > 10")
    person.click("#dock [data-pause]")
    person.until("document.querySelector('#dock .upload-state').textContent === 'paused'")
    person.throttle(None)

    person.open(f"{cloud}/playlists")
    person.until("document.querySelector('#dock .upload-state')?.textContent === 'paused'")
    assert person.value("offsets.length") == 0
    person.click("#dock [data-pause]")

    person.until("document.querySelector('#dock').hidden")
    assert person.value("offsets.length === 1 && offsets[0] > 0")
    person.open(f"{cloud}/content")
    person.until("document.querySelector('.tile[data-status=ready]')")
    assert person.violations == []


def test_a_cancelled_upload_is_gone(cloud: str, person: Browser, tmp_path: Path) -> None:
    person.hold(UPLOADS)
    person.choose_files("#files", large(tmp_path / "Noise.png"))
    person.click("#dock [data-cancel]")
    person.until("document.querySelector('#dock').hidden")
    person.release()

    person.open(f"{cloud}/content")

    person.until("document.querySelector('.empty') && document.querySelector('#dock').hidden")


def test_who_signs_in_next_does_not_send_anothers_files(cloud: str, person: Browser, tmp_path: Path) -> None:
    person.hold(UPLOADS)
    person.choose_files("#files", large(tmp_path / "Private.png"))
    person.until("document.querySelector('#dock .upload')")
    person.click("[data-sign-out]")
    person.until("location.pathname === '/sign-in'")
    person.release()

    register(person, cloud, "other@else.example")
    person.open(f"{cloud}/content")

    person.until("document.querySelector('.empty') && document.querySelector('#dock').hidden")

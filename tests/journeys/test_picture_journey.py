"""The journeys the product lives by: whatever a person does in the browser, the glass itself must show it."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.browser import Browser, browser
from tests.journeys.colours import ORANGE, TEAL, VIOLET, come_on_glass, near, picture, shows
from tests.journeys.new_screen import new_screen
from tests.journeys.running_demo import running_demo

pytestmark = pytest.mark.slow
MOST_TAPS = 5


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[Browser]:
    with browser(tmp_path / "profile") as phone:
        phone.be_a_phone()
        yield phone


def test_five_taps_from_the_code_on_the_glass_to_ones_own_picture_there(
    tmp_path: Path, phone: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    orange = picture(tmp_path / "Our summer.png", ORANGE)
    with new_screen(tmp_path / "house") as screen:
        qr = screen.qr()
        phone.open(f"{screen.url}/register")
        phone.fill(organizationName="Acme", firstName="Mira", lastName="Oz", email="mira@acme.example")
        phone.fill(password="correct horse battery")
        phone.click("form button")
        phone.until("location.pathname === '/screens'")
        phone.taps, begun = 0, time.monotonic()

        phone.open(qr)
        phone.taps += 1
        phone.until("document.querySelector('[data-found]:not([hidden])')")
        phone.click("[data-step=claim] button")
        phone.until("document.querySelector('[data-step=done]:not([hidden])')")
        paired = time.monotonic()
        phone.choose_files("#first-file", orange)
        phone.until("document.querySelector('#first-publish:not([hidden]):not(:disabled)')")
        phone.click("#first-publish")
        sent = time.monotonic()
        come_on_glass(screen.screenshot, tmp_path / "glass.png", ORANGE)
        shown = time.monotonic()
        phone.until("document.querySelectorAll('[data-step=done] .stage.reached').length === 3")

    with capsys.disabled():
        sys.stdout.write(
            f"\ncode to picture: {phone.taps} taps; paired after {paired - begun:.1f} s, "
            f"published after {sent - begun:.1f} s, on the glass after {shown - begun:.1f} s\n"
        )
    assert phone.taps <= MOST_TAPS
    assert phone.violations == []


def test_sign_in_upload_playlist_schedule_publish_and_the_glass_follows(tmp_path: Path, phone: Browser) -> None:
    glass = tmp_path / "glass.png"
    files = [picture(tmp_path / "Teal.png", TEAL), picture(tmp_path / "Violet.png", VIOLET)]
    with running_demo(tmp_path / "data") as demo:
        ready = demo.next_event("ready")
        phone.be(1280, 900)
        phone.open(f"{ready['url']}/content")
        phone.until("location.pathname === '/sign-in'")
        phone.fill(email=ready["email"], password=ready["password"])
        phone.click("form button")
        phone.until("location.pathname === '/content'")
        phone.choose_files("#files", *files)
        phone.until(titled("Teal", ".tile[data-status=ready] h2"))
        phone.until(titled("Violet", ".tile[data-status=ready] h2"))

        phone.open(f"{ready['url']}/playlists/new")
        phone.fill(name="Evening")
        phone.value(f"void {titled('Teal', '.shelf button > span')}.closest('button').click()")
        phone.click("#playlist button.primary")
        phone.until("/playlists\\/[0-9a-f-]{36}/.test(location.pathname)")

        phone.open(f"{ready['url']}/schedules/new")
        phone.fill(name="Every evening")
        phone.value(f"void ({titled('Evening', '[name=what] option')}.selected = true)")
        phone.click("[name=kind][value=always]")
        phone.until("document.querySelector('#preview .note-conflict')")
        assert "the same priority (0)" in phone.text("#preview")
        phone.fill(priority="10")
        phone.until("document.querySelector('#preview .sentence')?.textContent.includes('this one has 10')")
        assert "plays on all screens: Always" in phone.text("#preview")
        phone.click("#schedule button.primary")
        phone.until(titled("Every evening", ".row strong"))
        come_on_glass(demo.screenshot, glass, TEAL)

        phone.open(f"{ready['url']}/publish")
        phone.value(f"void {titled('Violet', '.choice > span')}.closest('label').click()")
        phone.until("document.querySelector('[data-change]').textContent.includes('comes on 1 screen')")
        phone.click("#publish button.primary")
        come_on_glass(demo.screenshot, glass, VIOLET)
        phone.until("document.querySelectorAll('.override .stage.reached').length === 3")

        phone.click(".progress-name")
        phone.until("location.pathname.startsWith('/screens/')")
        for command in ("identify", "sync-now", "screenshot"):
            phone.click(f"[data-command={command}]")
        phone.until("document.querySelectorAll('#results [data-status=done]').length === 3")
        phone.until("document.querySelector('#glass img').src.includes('/screenshot?')")
        assert "Instant publishing “Violet”: Active since" in phone.text("#why")

        phone.open(f"{ready['url']}/publish")
        phone.click("[data-end]")
        come_on_glass(demo.screenshot, glass, TEAL)
        assert demo.end() == 0, demo.logs()
    assert phone.violations == []


def titled(words: str, selector: str) -> str:
    """The element of this kind whose own words begin so, as an expression."""
    return f"[...document.querySelectorAll('{selector}')].find((one) => one.textContent.trim().startsWith('{words}'))"


def test_the_look_at_the_glass_tells_colours_apart(tmp_path: Path) -> None:
    assert shows(picture(tmp_path / "a.png", TEAL), TEAL)
    assert not shows(picture(tmp_path / "b.png", VIOLET), TEAL)
    assert not near((ORANGE[0] - 9, *ORANGE[1:]), ORANGE)

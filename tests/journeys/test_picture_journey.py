"""The journeys the product lives by: whatever a person does in the browser, the glass itself must show it."""

import re
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser import DESK, PHONE, visitor
from tests.journeys.colours import ORANGE, TEAL, VIOLET, come_on_glass, near, picture, shows
from tests.journeys.doors import fill, sign_up
from tests.journeys.new_screen import NewScreen, new_screen
from tests.journeys.thumb import Thumb

pytestmark = pytest.mark.slow
MOST_TAPS = 5


def test_five_taps_from_the_code_on_the_glass_to_ones_own_picture_there(
    tmp_path: Path, chromium: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    orange = picture(tmp_path / "Our summer.png", ORANGE)
    with new_screen(tmp_path / "house") as screen, visitor(chromium, **PHONE) as phone:
        qr = screen.qr()
        sign_up(phone, screen.url)
        thumb, begun = Thumb(phone), time.monotonic()

        phone.goto(qr)
        thumb.taps += 1  # on what the camera found
        expect(phone.locator("[data-found]")).to_be_visible()
        thumb.tap("[data-step=claim] button")
        expect(phone.locator("[data-step=done]")).to_be_visible()
        paired = time.monotonic()
        thumb.choose("label[for=first-file]", orange)
        expect(phone.locator("#first-publish")).to_be_enabled()
        thumb.tap("#first-publish")
        sent = time.monotonic()
        come_on_glass(screen.screenshot, tmp_path / "glass.png", ORANGE)
        shown = time.monotonic()
        expect(phone.locator("[data-step=done] .stage.reached")).to_have_count(3)

    with capsys.disabled():
        sys.stdout.write(
            f"\ncode to picture: {thumb.taps} taps; paired after {paired - begun:.1f} s, "
            f"published after {sent - begun:.1f} s, on the glass after {shown - begun:.1f} s\n"
        )
    assert thumb.taps <= MOST_TAPS


def test_sign_up_pair_upload_playlist_schedule_publish_and_the_glass_follows(tmp_path: Path, chromium: Browser) -> None:
    glass = tmp_path / "glass.png"
    files = [picture(tmp_path / "Teal.png", TEAL), picture(tmp_path / "Violet.png", VIOLET)]
    with new_screen(tmp_path / "house") as screen, visitor(chromium, **DESK) as person:
        qr = screen.qr()
        sign_up(person, screen.url)
        person.goto(qr)
        person.locator("[data-step=claim] button").click()
        expect(person.locator("[data-step=done]")).to_be_visible()

        person.goto(f"{screen.url}/content")
        person.locator("#files").set_input_files(files)
        expect(person.locator(".tile[data-status=ready]")).to_have_count(2)
        plan_for_good(person, screen, "Violet", "Every day", priority="0")
        plan_for_good(person, screen, "Teal", "Every evening", priority="10")
        come_on_glass(screen.screenshot, glass, TEAL)

        person.goto(f"{screen.url}/publish")
        person.locator("#contents .choice", has_text="Violet").click()
        expect(person.locator("[data-change]")).to_contain_text("“Violet” comes on 1 screen")
        person.locator("#publish button.primary").click()
        come_on_glass(screen.screenshot, glass, VIOLET)
        expect(person.locator(".override .stage.reached")).to_have_count(3)

        person.locator("a.progress-name").first.click()
        person.wait_for_url("**/screens/*")
        for command in ("identify", "sync-now", "screenshot"):
            person.locator(f"[data-command={command}]").click()
        expect(person.locator("#results [data-status=done]")).to_have_count(3)
        expect(person.locator("#glass img")).to_have_attribute("src", re.compile(r"/screenshot\?"))
        expect(person.locator("#why")).to_contain_text("Instant publishing “Violet”: Active since")

        person.goto(f"{screen.url}/publish")
        person.locator("[data-end]").click()
        come_on_glass(screen.screenshot, glass, TEAL)


def plan_for_good(person: Page, screen: NewScreen, title: str, name: str, priority: str) -> None:
    """A playlist of one picture, and a schedule that always plays it on all screens."""
    person.goto(f"{screen.url}/playlists/new")
    fill(person, name=f"Only {title}")
    person.locator(".shelf button", has_text=title).click()
    person.locator("#playlist button.primary").click()
    person.wait_for_url("**/playlists/*-*")

    person.goto(f"{screen.url}/schedules/new")
    fill(person, name=name)
    person.locator("[name=what]").select_option(f"Only {title}")
    person.locator("label", has_text="Always").click()
    expect(person.locator("#preview")).to_contain_text("plays on all screens: Always")
    if priority != "0":
        never = f"Never seen: “{name}” is active"  # as strong as “Every day” and made later
        expect(person.locator("#preview .note-conflict").first).to_contain_text(never)
        person.locator("summary", has_text="priority").click()
        fill(person, priority=priority)
        expect(person.locator("#preview .sentence").first).to_contain_text(f"this one has {priority}")
    person.locator("#schedule button.primary").click()
    expect(person.locator(".row strong", has_text=name)).to_be_visible()


def test_the_look_at_the_glass_tells_colours_apart(tmp_path: Path) -> None:
    assert shows(picture(tmp_path / "a.png", TEAL), TEAL)
    assert not shows(picture(tmp_path / "b.png", VIOLET), TEAL)
    assert not near((ORANGE[0] - 9, *ORANGE[1:]), ORANGE)

"""Every page with everything on it, hostile names included: readable for all, within its policy, and light."""

import gzip
import json
from collections.abc import Iterator

import pytest

from cloud.web.catalogs import Catalogs
from cloud.web.static_files import FOLDER
from tests.journeys.accessibility import faults, grave
from tests.journeys.browser import Browser, browser
from tests.journeys.full_house import EMAIL, PASSWORD, FullHouse, full_house
from tests.journeys.running_demo import eventually

pytestmark = pytest.mark.slow
MOST_BYTES = 100_000
LOOSE = (
    """<main><img src="/static/x/mark.svg"><button></button><p style="color: #999; background: #fff">pale</p></main>"""
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FullHouse]:
    with full_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="module")
def viewer(house: FullHouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as viewer:
        viewer.open(f"{house.url}/sign-in")
        viewer.fill(email=EMAIL, password=PASSWORD)
        viewer.click("form button")
        viewer.until("location.pathname === '/screens'")
        yield viewer


def pages() -> list[str]:
    return list(
        FullHouse("", ids=dict.fromkeys(("screen", "playlist", "content", "schedule", "layout", "pdf"), "")).pages()
    )


@pytest.mark.parametrize("name", pages())
def test_a_page_keeps_nobody_out(house: FullHouse, viewer: Browser, name: str) -> None:
    address = house.url + house.pages()[name]
    viewer.errors.clear()
    found = faults(viewer, address)

    assert not found, "\n".join(found)
    assert viewer.violations == []
    assert viewer.errors == []
    assert viewer.value("document.title") != "hacked"


@pytest.mark.parametrize("name", ["screens", "screen", "schedules", "publish", "analytics"])
@pytest.mark.parametrize("language", ["ar", "de"])
def test_a_main_page_keeps_nobody_out_in_other_languages_either(
    house: FullHouse, viewer: Browser, name: str, language: str
) -> None:
    settings = f"{house.url}/api/auth/me/settings"
    house.session.put(settings, json={"language": language}, timeout=60)
    viewer.errors.clear()
    try:
        found = faults(viewer, house.url + house.pages()[name])
        spoken = viewer.value("document.documentElement.lang")
    finally:
        house.session.put(settings, json={"language": None}, timeout=60)
        viewer.command("Network.deleteCookies", url=house.url, name="language")

    assert spoken == language
    assert not found, "\n".join(found)
    assert (viewer.violations, viewer.errors) == ([], [])


def test_the_console_is_read(house: FullHouse, viewer: Browser) -> None:
    viewer.open(f"{house.url}/screens")
    viewer.value("document.body.append(Object.assign(new Image(), { src: '/not/there.png', alt: '' }))")
    viewer.until("true")

    eventually(lambda: viewer.value("1") and viewer.errors, "the console's error")

    assert "/not/there.png" in viewer.errors[0]


def test_the_look_at_a_page_sees_faults(house: FullHouse, viewer: Browser) -> None:
    viewer.prefer("light")
    viewer.open(f"{house.url}/screens")
    viewer.value(f"document.body.innerHTML = {json.dumps(LOOSE)}")

    found = " ".join(grave(viewer))

    assert all(rule in found for rule in ("image-alt", "button-name"))
    viewer.violations.clear()


@pytest.mark.parametrize("name", pages())
def test_a_page_with_all_it_needs_is_light(house: FullHouse, name: str) -> None:
    page = house.session.get(house.url + house.pages()[name], timeout=60)
    catalogs = Catalogs()
    words = [catalogs.script(code).encode() for code in catalogs.codes[1:]]
    ours = [*(file.read_bytes() for file in FOLDER.iterdir()), max(words, key=len)]

    weight = len(gzip.compress(page.content)) + sum(len(gzip.compress(body)) for body in ours)

    assert page.status_code == 200
    assert weight <= MOST_BYTES, f"{weight} bytes compressed"

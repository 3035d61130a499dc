"""Static files: kept for ever under today's address, asked for anew under any other."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from cloud.web.routes import routes
from cloud.web.static_files import FOLDER, address, version

FILES = sorted(file.name for file in FOLDER.iterdir())
TYPES = {".css": "text/css", ".js": "javascript", ".svg": "image/svg+xml", ".png": "image/png"}


def browser() -> TestClient:
    return TestClient(Starlette(routes=routes))


@pytest.mark.parametrize("name", FILES)
def test_a_file_comes_with_its_type_and_may_be_kept_for_ever(name: str) -> None:
    answer = browser().get(address(name))

    assert answer.status_code == 200
    assert TYPES[Path(name).suffix] in answer.headers["content-type"]
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_an_old_address_gets_todays_file_but_does_not_keep_it() -> None:
    answer = browser().get("/static/000000000000/vizora.css")

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("name", ["nothing.css", "..%2fpages.py", "%2e%2e/pages.py"])
def test_nothing_outside_the_folder_is_given_out(name: str) -> None:
    assert browser().get(f"/static/{version()}/{name}").status_code == 404


def test_our_modules_import_only_one_another() -> None:
    for file in FOLDER.glob("*.js"):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith("import "):
                assert f'"./{line.split(chr(34))[1].removeprefix("./")}"' in line
                assert line.split('"')[1].removeprefix("./") in FILES


def test_no_file_of_ours_asks_other_servers() -> None:
    for name in FILES:
        if not name.endswith(".png"):
            text = (FOLDER / name).read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
            assert "http://" not in text
            assert "https://" not in text


def test_the_mark_is_the_favicon() -> None:
    assert browser().get("/favicon.ico").headers["content-type"].startswith("image/svg+xml")

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest

from cloud import request_ids
from cloud.logs import HIDDEN, ForPeople, ForPrograms, set_up, without_secrets
from tests.cloud.house import PASSWORD, House

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"Authorization: Bearer {JWT}", JWT),
        ("authorization: bearer abc.def-ghi", "abc.def-ghi"),
        (f"token {JWT} in words", JWT),
        ("postgresql://vizora:hunter22@db/vizora", "hunter22"),
        ("redis://:hunter22@db", "hunter22"),
        ('{"password": "hunter22", "email": "a@b"}', "hunter22"),
        ("?deviceCode=hunter22&x=1", "hunter22"),
        ("JWT_SECRET=hunter22", "hunter22"),
        ("claimKey: hunter22", "hunter22"),
    ],
)
def test_no_secret_gets_into_the_log(text: str, secret: str) -> None:
    shown = without_secrets(text)

    assert secret in text
    assert secret not in shown
    assert HIDDEN in shown


def test_each_line_of_a_request_has_its_id_and_others_have_none() -> None:
    record = logging.makeLogRecord({"msg": "database: it is away", "levelname": "ERROR", "name": "vizora.cloud"})
    before = json.loads(ForPrograms().format(record))
    asked = request_ids.current.set("of-the-proxy-1")
    try:
        during = json.loads(ForPrograms().format(record))
    finally:
        request_ids.current.reset(asked)

    assert "request_id" not in before
    assert during == {**before, "request_id": "of-the-proxy-1"}


def test_what_is_no_secret_stays() -> None:
    text = "GET /api/devices/{id} 200: screen 0f7c-11 keeps its old manifest (v42)"

    assert without_secrets(text) == text


def record(**more: object) -> logging.LogRecord:
    try:
        raise ValueError(f"Bearer {JWT}")
    except ValueError:
        return logging.getLogger("vizora.x").makeRecord(
            "vizora.x", logging.ERROR, "f", 1, "it broke: %s", ("token=hunter22",), sys.exc_info(), extra=more
        )


def test_programs_get_one_object_a_line() -> None:
    text = ForPrograms().format(record(request_id="r1", status=500))
    shown = json.loads(text)

    assert "\n" not in text
    assert (shown["level"], shown["logger"], shown["request_id"], shown["status"]) == ("error", "vizora.x", "r1", 500)
    assert shown["at"].endswith("Z")
    assert JWT not in text
    assert "hunter22" not in text
    assert "ValueError" in shown["fault"]


def test_people_get_a_line() -> None:
    text = ForPeople().format(record())

    assert text.startswith(f"ERROR vizora.x: it broke: token={HIDDEN}")
    assert JWT not in text


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:], root.level = before, level


def test_a_request_leaves_a_line_without_what_was_in_it(house: House, stream: io.StringIO) -> None:
    set_up(stream, "debug")
    admin = house.register()
    answer = admin.get("/api/devices?q=private")
    lines = [one for one in map(json.loads, stream.getvalue().splitlines()) if one["logger"].startswith("vizora")]
    mine = next(one for one in lines if one.get("request_id") == answer.headers["X-Request-Id"])

    assert (mine["message"], mine["status"]) == ("GET /api/devices 200", 200)
    assert not [part for part in (PASSWORD, "private", "Bearer") if part in str(lines)]


def test_in_the_usual_level_only_what_went_wrong_is_said(house: House, stream: io.StringIO) -> None:
    set_up(stream, "warning")
    house.register().get("/api/devices")

    assert stream.getvalue() == ""


def test_what_screens_do_all_day_is_not_told_and_what_is_refused_to_them_is(house: House, stream: io.StringIO) -> None:
    screen = house.pair(house.register())
    set_up(stream, "info")
    taken, refused = screen.post("/api/device/plays", {"events": []}), screen.post("/api/device/plays", {"events": 7})
    told = [one.get("message") for one in map(json.loads, stream.getvalue().splitlines())]

    assert (taken.status_code, refused.status_code) == (200, 400)
    assert "POST /api/device/plays 200" not in told
    assert "POST /api/device/plays 400" in told

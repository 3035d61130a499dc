"""Texts with a look, clocks and streams: from the API to the manifest a screen gets."""

from typing import Any

import pytest

from cloud.publishing.builder import asset_of
from tests.cloud.content.studio import Studio
from vizora.manifest.model import Asset, ClockFace, ContentType, TextStyle
from vizora.manifest.publishable import what_lacks

STREAMS = (
    "rtsp://camera.example/1",
    "rtsp://viewer:secret@10.0.0.5:554/stream?channel=1",
    "https://example.org/live.m3u8",
    "udp://@239.1.1.1:1234",
    "udp://@:1234",
    "rtp://239.1.1.1:5004",
)


def made(studio: Studio, **fields: Any) -> dict[str, Any]:
    answer = studio.person.post("/api/content", fields)
    assert answer.status_code == 201, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def refused(studio: Studio, **fields: Any) -> dict[str, str]:
    """What is wrong with each field."""
    answer = studio.person.post("/api/content", fields)
    assert answer.status_code == 400
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


def in_manifest(shown: dict[str, Any]) -> Asset:
    columns = ("media_type", "sha256", "size", "duration_ms", "width", "height", "pages")
    return asset_of({**shown, **dict.fromkeys(columns)})


def test_a_ticker_reaches_the_manifest_with_its_look(studio: Studio) -> None:
    look = {"kind": "ticker", "colour": "#ffffff", "background": "#c02020", "size": 70, "speed": 12}
    shown = made(studio, type="text", text="Doors open at eight", style=look)
    asset = in_manifest(shown)

    assert shown["title"] == "Doors open at eight"
    assert asset.style == TextStyle(kind="ticker", colour="#ffffff", background="#c02020", size=70, speed=12)
    assert what_lacks(asset) is None


def test_a_clock_needs_no_text_and_old_screens_still_get_one(studio: Studio) -> None:
    clock = {"seconds": True, "date": "dmy", "timeZone": "Asia/Tokyo", "caption": "Tokyo"}
    shown = made(studio, type="text", style={"kind": "clock", "clock": clock})
    asset = in_manifest(shown)

    assert asset.style is not None
    assert asset.style.clock == ClockFace(seconds=True, date="dmy", time_zone="Asia/Tokyo", caption="Tokyo")
    assert asset.text == "Clock"


def test_a_text_without_a_look_is_as_before(studio: Studio) -> None:
    shown = made(studio, type="text", text="Hello")

    assert shown["style"] is None
    assert in_manifest(shown) == Asset(type=ContentType.TEXT, title="Hello", text="Hello")


@pytest.mark.parametrize(
    ("style", "field", "says"),
    [
        ({"kind": "hologram"}, "/style/kind", "still, ticker, clock"),
        ({"colour": "red"}, "/style/colour", "a colour as in #1a2b3c"),
        ({"size": 0}, "/style/size", "from 1 to 100"),
        ({"speed": 101}, "/style/speed", "from 1 to 100"),
        ({"clock": {"time": "13h"}}, "/style/clock/time", "24h, 12h, none"),
        ({"kind": "clock", "clock": {"time": "none"}}, "/style/clock", "a clock shows a time, a date or both"),
        (
            {"kind": "clock", "clock": {"timeZone": "Europe/Berln"}},
            "/style/clock/timeZone",
            "did you mean Europe/Berlin",
        ),
        ({"colr": "#ffffff"}, "/style/colr", "is not a field of this object"),
    ],
)
def test_a_wrong_look_is_named(style: dict[str, Any], field: str, says: str, studio: Studio) -> None:
    faults = refused(studio, type="text", text="Hello", style=style)

    assert list(faults) == [field]
    assert says in faults[field]


def test_a_ticker_is_no_book_and_a_text_is_not_nothing(studio: Studio) -> None:
    assert "at most 2000" in refused(studio, type="text", text="x" * 2001, style={"kind": "ticker"})["/text"]
    assert refused(studio, type="text", style={"kind": "ticker"}) == {"/text": "is required"}
    assert refused(studio, type="text") == {"/text": "is required"}


@pytest.mark.parametrize("url", STREAMS)
def test_a_stream_is_a_video_without_a_file(url: str, studio: Studio) -> None:
    shown = made(studio, type="video", url=url, title="Camera")
    asset = in_manifest(shown)

    assert (shown["type"], shown["uploadStatus"], shown["fileUrl"]) == ("video", "ready", None)
    assert asset.is_stream
    assert what_lacks(asset) is None


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "screen://",
        "rtsp://",
        "rtsp:camera",
        "javascript:1",
        "rtsp://a b",
        "udp://@:0",
        "concat:a",
    ],
)
def test_an_address_no_screen_plays_is_refused_with_what_is_allowed(url: str, studio: Studio) -> None:
    assert "allowed are rtsp, rtsps, http, https, udp, rtp" in refused(studio, type="video", url=url)["/url"]


def test_looks_and_addresses_are_changed_where_they_belong(studio: Studio) -> None:
    text = made(studio, type="text", text="Hello")["id"]
    stream = made(studio, type="video", url=STREAMS[0])["id"]
    page = made(studio, type="webpage", url="https://example.org")["id"]

    def change(content_id: str, **fields: Any) -> int:
        return int(studio.person.call("PATCH", f"/api/content/{content_id}", fields).status_code)

    assert change(text, style={"kind": "ticker"}) == 200
    assert studio.show(text)["style"]["kind"] == "ticker"
    assert change(text, text="x" * 2001) == 400
    assert change(text, style={"kind": "still"}, text="x" * 2001) == 200
    assert change(stream, url="rtsp://other.example/2") == 200
    assert change(stream, url="ftp://other.example/2") == 400
    assert change(page, url="rtsp://other.example/2") == 400
    assert change(page, style={"kind": "ticker"}) == 400


def test_a_stream_that_nobody_named_is_called_as_its_address_without_the_password(studio: Studio) -> None:
    shown = made(studio, type="video", url="rtsp://viewer:hunter2@10.0.0.5:554/stream?key=s3cret")

    assert shown["title"] == "rtsp://10.0.0.5:554/stream"
    assert shown["url"] == "rtsp://viewer:hunter2@10.0.0.5:554/stream?key=s3cret"

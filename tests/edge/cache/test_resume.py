import pytest

from edge.cache.plan import File
from edge.cache.resume import NotTheFile, begins_at, request_headers

FILE = File("a" * 64, 1000, "video/mp4")


def test_nothing_there_asks_for_everything() -> None:
    assert request_headers(FILE, 0) == {}


def test_a_part_asks_for_the_rest_of_the_same_bytes() -> None:
    assert request_headers(FILE, 400) == {"Range": "bytes=400-", "If-Range": f'"{"a" * 64}"'}


def test_the_rest_continues_and_everything_begins_anew() -> None:
    assert begins_at(FILE, 400, 206, {"Content-Range": "bytes 400-999/1000"}) == 400
    assert begins_at(FILE, 400, 206, {"Content-Range": "bytes 400-999/*"}) == 400
    assert begins_at(FILE, 400, 200, {"Content-Length": "1000"}) == 0
    assert begins_at(FILE, 0, 200, {}) == 0


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (206, {}),
        (206, {"Content-Range": "bytes 401-999/1000"}),
        (206, {"Content-Range": "bytes 0-999/1000"}),
        (206, {"Content-Range": "bytes 400-998/1000"}),
        (206, {"Content-Range": "bytes 400-999/1001"}),
        (206, {"Content-Range": "bytes */1000"}),
        (206, {"Content-Range": "lines 400-999/1000"}),
        (200, {"Content-Length": "999"}),
        (200, {"Content-Type": "text/html; charset=utf-8"}),
        (416, {}),
        (404, {}),
        (204, {}),
    ],
)
def test_anything_else_is_not_the_file(status: int, headers: dict[str, str]) -> None:
    with pytest.raises(NotTheFile, match="aaaaaaaaaaaa"):
        begins_at(FILE, 400, status, headers)

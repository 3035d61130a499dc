import json
from typing import Any

import pytest

from cloud.bodies import Body, decode
from cloud.problems import Problem
from vizora.manifest.model import Recurrence


class Item(Body, frozen=True):
    content_id: str
    duration_ms: int | None = None


class Wanted(Body, frozen=True):
    name: str
    items: tuple[Item, ...] = ()
    recurrence: Recurrence | None = None


def fields(body: Any) -> list[str]:
    with pytest.raises(Problem) as problem:
        decode(json.dumps(body).encode(), Wanted)
    assert (problem.value.status, problem.value.code) == (400, "VALIDATION_001")
    return [error.field for error in problem.value.errors]


def test_a_right_body_becomes_the_value() -> None:
    assert decode(b'{"name":"a","items":[{"contentId":"c"}]}', Wanted) == Wanted("a", (Item("c"),))


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, ["/name"]),
        ({"name": 7, "items": [{"durationMs": "x"}, 3]},
         ["/name", "/items/0/contentId", "/items/0/durationMs", "/items/1"]),
        ({"name": "a", "nmae": "b"}, ["/nmae"]),
        ({"name": "a", "recurrence": {"kind": "weekly", "days": ["x"]}},
         ["/recurrence/days/0", "/recurrence/startTime", "/recurrence/endTime"]),
        ({"name": "a", "recurrence": {"kind": "sometimes"}}, ["/recurrence"]),
        ([], [""]),
    ],
)  # fmt: skip
def test_every_wrong_field_is_named_at_once(body: Any, wrong: list[str]) -> None:
    assert fields(body) == wrong


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"name":"a"} {}'])
def test_what_is_not_json_is_said_to_be_so(body: bytes) -> None:
    with pytest.raises(Problem, match="not JSON"):
        decode(body, Wanted)

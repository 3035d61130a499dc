import json
import time
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import msgspec
import pytest

from cloud.allowed import COLOUR, NOT_BLANK
from cloud.bodies import Body, decode, faults, read_json
from cloud.problems import MOST_TOLD, Problem
from vizora.manifest.model import Fit, Recurrence


class Item(Body, frozen=True):
    content_id: str
    duration_ms: int | None = None
    valid_from: datetime | None = None
    fit: Fit = Fit.CONTAIN


class Wanted(Body, frozen=True):
    name: str
    items: tuple[Item, ...] = ()
    recurrence: Recurrence | None = None
    notes: tuple[str, ...] = ()


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
        ({"name": "a", "recurrence": {"kind": "sometimes"}}, ["/recurrence/kind"]),
        ({"name": "a", "recurrence": {"kind": []}}, ["/recurrence/kind"]),
        ({"name": "a", "recurrence": {}}, ["/recurrence/kind"]),
        ({"name": "a", "items": [{"contentId": "c", "validFrom": "0001-01-01T00:00:00+14:00"}]},
         ["/items/0/validFrom"]),
        ({"name": "a\0b", "items": [{"contentId": "\0"}]}, ["/name", "/items/0/contentId"]),
        ([], [""]),
    ],
)  # fmt: skip
def test_every_wrong_field_is_named_at_once(body: Any, wrong: list[str]) -> None:
    assert fields(body) == wrong


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"name":"a"} {}'])
def test_what_is_not_json_is_said_to_be_so(body: bytes) -> None:
    with pytest.raises(Problem, match="not JSON"):
        decode(body, Wanted)


def test_what_is_allowed_is_said_where_it_can_be_listed() -> None:
    with pytest.raises(Problem) as problem:
        decode(b'{"name":"a","items":[{"contentId":"c","fit":"x"}],"recurrence":{"kind":"x"}}', Wanted)

    assert [error.message for error in problem.value.errors] == [
        "must be one of contain, cover, stretch",
        "must be one of always, weekly, cron, once",
    ]


def test_a_name_of_nothing_but_blanks_is_refused_in_words() -> None:
    class Named(Body, frozen=True):
        name: Annotated[str, msgspec.Meta(min_length=1, pattern=NOT_BLANK)]

    with pytest.raises(Problem) as problem:
        decode(b'{"name":" \\n\xc2\xa0"}', Named)

    assert [(error.field, error.message) for error in problem.value.errors] == [("/name", "must not be blank")]
    assert decode(b'{"name":" a "}', Named) == Named(" a ")


class Measured(Body, frozen=True):
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=NOT_BLANK)] = "a"
    colour: Annotated[str, msgspec.Meta(pattern=COLOUR)] = "#000000"
    volume: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None
    least: Annotated[int, msgspec.Meta(ge=1)] | msgspec.UnsetType = msgspec.UNSET
    tags: Annotated[tuple[str, ...], msgspec.Meta(max_length=2)] = ()
    at: datetime | None = None
    on: bool = True
    share: float = 0.5


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"name": ""}, "must be text of 1 to 200 characters"),
        ({"name": "x" * 201}, "must be text of 1 to 200 characters"),
        ({"name": 7}, "must be text of 1 to 200 characters"),
        ({"name": " "}, "must not be blank"),
        ({"colour": "black"}, "must be a colour as in #1a2b3c"),
        ({"volume": 101}, "must be null or a whole number from 0 to 100"),
        ({"volume": 1.5}, "must be null or a whole number from 0 to 100"),
        ({"least": 0}, "must be a whole number, at least 1"),
        ({"tags": ["a", "b", "c"]}, "must be a list of at most 2 entries"),
        ({"at": "yesterday"}, "must be null or an instant with Z or an offset, as in 2026-12-24T18:00:00Z"),
        ({"on": "yes"}, "must be true or false"),
        ({"share": "much"}, "must be a number"),
        ([], "must be an object"),
    ],
)
def test_what_is_allowed_is_said_in_words(body: Any, said: str) -> None:
    with pytest.raises(Problem) as problem:
        decode(json.dumps(body).encode(), Measured)

    assert [error.message for error in problem.value.errors] == [said]


@pytest.mark.parametrize(("body", "said"), [(b"", "empty"), (b"[" * 20_000, "nested"), (b'{"a":' * 20_000, "nested")])
def test_a_body_of_no_use_is_told_what_it_is(body: bytes, said: str) -> None:
    with pytest.raises(Problem, match=said) as problem:
        decode(body, Wanted)

    assert (problem.value.status, problem.value.code) == (400, "VALIDATION_001")


def test_the_sentence_for_people_names_some_of_very_many_wrong_fields() -> None:
    with pytest.raises(Problem) as problem:
        decode(json.dumps({"name": "a", "items": [1] * 1000}).encode(), Wanted)

    assert problem.value.detail.endswith(" and 80 more at least.")
    assert [error.field for error in problem.value.errors] == [f"/items/{number}" for number in range(MOST_TOLD)]


MANY = 300_000
FULL_OF_FAULTS = {
    "all are wrong": b'{"name":"a","items":[' + b",".join([b"0"] * MANY) + b"]}",
    "the last one is": b'{"name":"a","notes":[' + b",".join([b'""'] * MANY) + b",0]}",
    "none can be kept": b'{"name":"a","notes":[' + b",".join([rb'"\u0000"'] * MANY) + b"]}",
    "none is known": b"{" + b",".join(b'"%x":0' % number for number in range(MANY // 4)) + b"}",
}
TIMES = 50
"""Much less than it is without a limit, and much more than a busy machine makes of it."""


@pytest.mark.parametrize("name", FULL_OF_FAULTS)
def test_a_body_full_of_faults_is_refused_nearly_as_quickly_as_it_is_read(name: str) -> None:
    """Everybody waits meanwhile."""
    body = FULL_OF_FAULTS[name]

    def refuse() -> None:
        with pytest.raises(Problem) as problem:
            decode(body, Wanted)
        assert len(problem.value.body()) < 20_000

    assert cpu_s(refuse) < TIMES * cpu_s(lambda: msgspec.json.decode(body))


def test_who_looks_for_every_fault_is_found_out() -> None:
    body = json.dumps({"name": "a", "items": [0] * 10_000}).encode()

    looking = cpu_s(lambda: list(faults(msgspec.json.decode(body), Wanted, "")))

    assert looking > TIMES * cpu_s(lambda: msgspec.json.decode(body))


def cpu_s(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def test_text_that_only_speaks_of_the_character_is_text() -> None:
    assert decode(rb'{"name":"\\u0000"}', Wanted).name == r"\u0000"


@pytest.mark.parametrize("text", [b"[" * 20_000, rb'{"name":"\u0000"}', b"{"])
def test_what_comes_by_other_ways_is_read_as_carefully(text: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        read_json(text, Wanted)

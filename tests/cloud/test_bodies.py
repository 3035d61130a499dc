import json
from datetime import datetime
from typing import Annotated, Any

import msgspec
import pytest

from cloud.bodies import NOT_BLANK, Body, decode, read_json
from cloud.problems import Problem
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


@pytest.mark.parametrize(("body", "said"), [(b"", "empty"), (b"[" * 20_000, "nested"), (b'{"a":' * 20_000, "nested")])
def test_a_body_of_no_use_is_told_what_it_is(body: bytes, said: str) -> None:
    with pytest.raises(Problem, match=said) as problem:
        decode(body, Wanted)

    assert (problem.value.status, problem.value.code) == (400, "VALIDATION_001")


def test_the_sentence_for_people_names_some_of_very_many_wrong_fields() -> None:
    with pytest.raises(Problem) as problem:
        decode(json.dumps({"name": "a", "items": [1] * 1000}).encode(), Wanted)

    assert problem.value.detail.endswith(" and 980 more.")
    assert len(problem.value.errors) == 1000


def test_text_that_only_speaks_of_the_character_is_text() -> None:
    assert decode(rb'{"name":"\\u0000"}', Wanted).name == r"\u0000"


@pytest.mark.parametrize("text", [b"[" * 20_000, rb'{"name":"\u0000"}', b"{"])
def test_what_comes_by_other_ways_is_read_as_carefully(text: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        read_json(text, Wanted)

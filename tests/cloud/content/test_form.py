import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.content.faults import TooLarge
from cloud.content.form import FIELDS_LIMIT, PARTS_LIMIT, Form, read_form
from cloud.problems import Problem

TYPE = "multipart/form-data; boundary=edge"


def part(name: str, value: bytes, file_name: str | None = None) -> bytes:
    named = f'; filename="{file_name}"' if file_name is not None else ""
    return f'--edge\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + value + b"\r\n"


def read(body: bytes, *, chunk: int = 1000, kind: str = TYPE, limit: int = 10_000_000) -> tuple[Form, bytes]:
    taken: list[bytes] = []

    async def chunks() -> AsyncIterator[bytes]:
        for at in range(0, len(body), chunk):
            yield body[at : at + chunk]

    async def sink(data: bytes) -> None:
        taken.append(data)

    form = asyncio.run(read_form(kind, chunks(), sink, file_limit=limit))
    return form, b"".join(taken)


WHOLE = (
    part("title", "Grüße".encode())
    + part("tags", b"a,b")
    + part("file", b"\r\n--edg\r\n-\x00", "x.png")
    + b"--edge--\r\n"
)


@given(st.integers(1, 200))
@settings(max_examples=40, deadline=None)
def test_a_form_is_read_the_same_however_it_is_cut_into_chunks(chunk: int) -> None:
    form, data = read(WHOLE, chunk=chunk)

    assert data == b"\r\n--edg\r\n-\x00"
    assert form.file_name == "x.png"
    assert form.fields == {"title": ["Grüße"], "tags": ["a,b"]}


def test_fields_may_follow_the_file() -> None:
    form, data = read(part("file", b"x", "a") + part("title", b"later") + b"--edge--\r\n")

    assert (form.one("title"), data) == ("later", b"x")


@pytest.mark.parametrize("length", range(0, len(WHOLE) - 4, 11))
def test_a_form_that_ends_too_soon_is_refused(length: int) -> None:
    with pytest.raises(Problem) as refusal:
        read(WHOLE[:length])

    assert refusal.value.status == 400


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"--edge--\r\n", TYPE),
        (part("title", b"no file") + b"--edge--\r\n", TYPE),
        (part("file", b"1", "a") + part("file", b"2", "b") + b"--edge--\r\n", TYPE),
        (b"no form at all", TYPE),
        (WHOLE, "multipart/form-data"),
        (WHOLE, "application/x-www-form-urlencoded"),
        (WHOLE, ""),
        (WHOLE, f"multipart/form-data; boundary={'x' * 500}"),
        (
            b"".join(part("tags", b"t") for _ in range(PARTS_LIMIT + 1)) + part("file", b"1", "a") + b"--edge--\r\n",
            TYPE,
        ),
        (part("title", b"x" * (FIELDS_LIMIT + 1)) + part("file", b"1", "a") + b"--edge--\r\n", TYPE),
        (b"--edge\r\n" + b"X-Long: " + b"y" * 20_000 + b"\r\n\r\n\r\n--edge--\r\n", TYPE),
    ],
)
def test_what_is_no_proper_form_is_refused_in_a_sentence(body: bytes, kind: str) -> None:
    with pytest.raises(Problem) as refusal:
        read(body, kind=kind)

    assert refusal.value.code == "VALIDATION_001"


def test_a_body_that_is_too_long_is_not_read_to_its_end() -> None:
    with pytest.raises(TooLarge):
        read(part("other", b"") + part("file", b"x" * 500_000, "a"), limit=1000)


def test_a_title_in_another_encoding_is_a_wrong_field_and_not_guessed_at() -> None:
    with pytest.raises(Problem) as refusal:
        read(part("title", "Café".encode("latin-1")) + part("file", b"x", "a") + b"--edge--\r\n")

    assert [error.field for error in refusal.value.errors] == ["/title"]


def test_a_title_sent_twice_is_a_wrong_field() -> None:
    form, _ = read(part("title", b"1") + part("title", b"2") + part("file", b"x", "a") + b"--edge--\r\n")

    with pytest.raises(Problem) as refusal:
        form.one("title")

    assert [error.field for error in refusal.value.errors] == ["/title"]

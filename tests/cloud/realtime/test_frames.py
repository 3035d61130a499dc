"""Frames as the websockets library makes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from cloud.realtime.frames import MOST, plain_text, text_frame


def packet(opcode: Opcode, data: bytes, *, fin: bool = True, masked: bool = True) -> bytes:
    return Frame(opcode, data, fin).serialize(mask=masked)


@given(text=st.text(max_size=300))
@pytest.mark.parametrize("times", [1, 30])
def test_a_whole_text_is_read(text: str, times: int) -> None:
    said = (text * times).encode()

    assert plain_text(packet(Opcode.TEXT, said)) == said


HELLO = packet(Opcode.TEXT, b"hello")


@pytest.mark.parametrize(
    "odd",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(HELLO[:-1], id="the last byte is missing"),
        pytest.param(HELLO[:5], id="a part of its head"),
        pytest.param(HELLO + HELLO, id="two"),
        pytest.param(HELLO + b"\x81", id="one and a part"),
        pytest.param(packet(Opcode.TEXT, b"hello", masked=False), id="not masked"),
        pytest.param(packet(Opcode.TEXT, b"hello", fin=False), id="the first of several"),
        pytest.param(packet(Opcode.CONT, b"hello"), id="the last of several"),
        pytest.param(packet(Opcode.BINARY, b"hello"), id="no text"),
        pytest.param(packet(Opcode.PING, b"hello"), id="a ping"),
        pytest.param(packet(Opcode.CLOSE, b"\x03\xe8bye"), id="the end"),
        pytest.param(b"\xc1" + HELLO[1:], id="of an extension"),
        pytest.param(packet(Opcode.TEXT, b"\xff\xfe"), id="not UTF-8"),
        pytest.param(packet(Opcode.TEXT, b"x" * (MOST + 1)), id="longer than is read"),
        pytest.param(b"\x81\xff" + b"x" * 131, id="a length of eight bytes that are not all there"),
    ],
)
def test_all_else_is_left_to_the_library(odd: bytes) -> None:
    assert plain_text(odd) is None


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 4_000, MOST])
def test_a_text_is_sent_as_the_library_would(length: int) -> None:
    assert text_frame(b"x" * length) == packet(Opcode.TEXT, b"x" * length, masked=False)


def test_what_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        text_frame(b"x" * (MOST + 1))

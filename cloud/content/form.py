"""Reading `multipart/form-data` (RFC 7578) as it comes in: the file's bytes go on at once, small fields are kept."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from cloud.content.staging import too_large
from cloud.problems import FieldError, Problem, invalid, invalid_field

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

FIELDS_LIMIT = 65_536
"""Bytes of everything in the form that is not the file."""
PARTS_LIMIT = 32
GATHER = 1_048_576
"""Bytes gathered before they are handed on: fewer, larger writes."""

Sink = Callable[[bytes], Awaitable[None]]


@dataclass(slots=True)
class Form:
    fields: dict[str, list[str]] = field(default_factory=dict)
    """Without the file; names come in the order and as often as they were sent."""
    file_name: str | None = None
    """As the client says; only a label."""

    def one(self, name: str) -> str | None:
        """Raises Problem 400 when it was sent twice."""
        values = self.fields.get(name, [])
        if len(values) > 1:
            raise invalid_field(f"/{name}", "must be sent once")
        return values[0] if values else None


async def read_form(content_type: str, body: AsyncIterator[bytes], sink: Sink, *, file_limit: int) -> Form:
    """Reads the form; the bytes of its part `file` go to `sink`.

    Raises Problem 400 for what is no form, has no file or ends too soon; TooLarge when the body alone shows it;
    whatever `sink` raises.
    """
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise Problem(400, "VALIDATION_001", "The body must be multipart/form-data with a boundary.")
    parts = _Parts()
    try:
        parser = MultipartParser(options[b"boundary"], parts.callbacks(), max_header_size=8192, max_header_count=16)
        total = 0
        async for chunk in body:
            total += len(chunk)
            if total > file_limit + FIELDS_LIMIT + 65_536:
                raise too_large(file_limit)
            parser.write(chunk)
            if parts.waiting >= GATHER:
                await sink(parts.take())
        parser.finalize()
    except FormParserError as fault:
        raise Problem(400, "VALIDATION_001", f"The body is no valid multipart/form-data: {fault}.") from fault
    if not parts.ended:
        raise Problem(400, "VALIDATION_001", "The upload broke off before its end: send it again.")
    if parts.form.file_name is None:
        raise invalid([FieldError("/file", "is required: the file itself, as a part with a file name")])
    if parts.waiting:
        await sink(parts.take())
    return parts.form


class _Parts:
    """The parser's callbacks."""

    def __init__(self) -> None:
        self.form = Form()
        self.ended = False
        self.waiting = 0
        self._file: list[bytes] = []
        self._count = 0
        self._kept = 0
        self._header_name = b""
        self._header_value = b""
        self._disposition = b""
        self._value: list[bytes] = []
        self._name = ""
        self._is_file = False

    def take(self) -> bytes:
        gathered, self._file, self.waiting = b"".join(self._file), [], 0
        return gathered

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._part_begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_content,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._part_data,
            "on_part_end": self._part_end,
            "on_end": self._end,
        }

    def _part_begin(self) -> None:
        self._count += 1
        if self._count > PARTS_LIMIT:
            raise Problem(400, "VALIDATION_001", f"The form has more than {PARTS_LIMIT} parts.")
        self._disposition, self._value, self._name, self._is_file = b"", [], "", False

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _header_content(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _header_end(self) -> None:
        if self._header_name.lower() == b"content-disposition":
            self._disposition = self._header_value
        self._header_name = self._header_value = b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name = _label(options.get(b"name", b""))
        self._is_file = self._name == "file"
        if self._is_file:
            if self.form.file_name is not None:
                raise invalid_field("/file", "must be sent once: one file a request")
            self.form.file_name = _label(options.get(b"filename", b""))

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._file.append(data[start:end])
            self.waiting += end - start
            return
        self._kept += end - start
        if self._kept > FIELDS_LIMIT:
            raise Problem(413, "VALIDATION_001", f"The form's fields are larger than {FIELDS_LIMIT} bytes.")
        self._value.append(data[start:end])

    def _part_end(self) -> None:
        if not self._is_file:
            self.form.fields.setdefault(self._name, []).append(self._text())

    def _text(self) -> str:
        try:
            text = b"".join(self._value).decode("utf-8")
        except UnicodeDecodeError as fault:
            raise invalid_field(f"/{self._name}", "is not UTF-8 text") from fault
        if "\0" in text:
            raise invalid_field(f"/{self._name}", "must not have the character U+0000")
        return text

    def _end(self) -> None:
        self.ended = True


def _label(data: bytes) -> str:
    """Names, which nobody relies on, whatever their encoding."""
    return data.decode("utf-8", "replace")

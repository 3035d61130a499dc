"""CSV (RFC 4180, UTF-8) that a spreadsheet shows and never runs."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence

from starlette.responses import StreamingResponse

from cloud.endpoints import Reply

MEDIA_TYPE = "text/csv; charset=utf-8"
STARTS_A_FORMULA = tuple("=+-@\t\r\n|%＝＋－＠")
"""What Excel, LibreOffice or Google Sheets may take for a formula or a command, full-width forms included."""
Cell = str | int | float | bool | None


def encode(rows: Iterable[Sequence[Cell]], *, line_end: str = "\r\n") -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator=line_end).writerows([[safe(cell) for cell in row] for row in rows])
    return out.getvalue().encode()


def safe(cell: Cell) -> str:
    """As text; what a spreadsheet could run gets an apostrophe before it, so that it is shown as it is."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if not isinstance(cell, str):
        return str(cell)
    return f"'{cell}" if cell.lstrip(" ").startswith(STARTS_A_FORMULA) else cell


def reply(name: str, rows: Iterable[Sequence[Cell]]) -> Reply:
    """A whole sheet as a download called `name`."""
    answer = Reply(headers=headers(name))
    answer.content, answer.media_type = encode(rows), MEDIA_TYPE
    return answer


def stream(name: str, parts: AsyncIterator[bytes]) -> StreamingResponse:
    """A sheet of any length; what is encoded already goes out while the rest is read."""
    return StreamingResponse(parts, media_type=MEDIA_TYPE, headers=headers(name))


def headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}

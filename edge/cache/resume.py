"""Whether an answer brings the bytes that were asked for (RFC 9110, sections 13.1.5 and 14). Pure."""

import re
from collections.abc import Mapping

from edge.cache.plan import File
from vizora.errors import VizoraError


class NotTheFile(VizoraError):
    """The answer is not, or not the right part of, the file. What was fetched before stays good."""


class WrongRange(NotTheFile):
    """Somebody on the way can't do ranges: the next try asks for everything."""


def request_headers(file: File, have: int) -> dict[str, str]:
    """Asks for what is missing, if the cloud still has these very bytes (its ETag is their SHA-256)."""
    return {"Range": f"bytes={have}-", "If-Range": f'"{file.sha256}"'} if have else {}


def begins_at(file: File, have: int, status: int, headers: Mapping[str, str]) -> int:
    """Where in the file the answer's first byte belongs: `have`, or 0 when everything comes anew.

    Raises NotTheFile for anything else: another range, another length, a sign-in page, a refusal.
    """
    if status == 206:
        return _range_start(file, have, headers)
    if status == 416:
        raise WrongRange(f"asset {file.sha256[:12]}: there is nothing from byte {have} of {file.size} on")
    if status != 200:
        raise NotTheFile(f"asset {file.sha256[:12]}: the cloud answers {status} instead of the file")
    length = headers.get("Content-Length")
    if length is not None and length != str(file.size):
        raise NotTheFile(f"asset {file.sha256[:12]}: {length} bytes come, the manifest says {file.size}")
    if "text/html" in headers.get("Content-Type", "") and "html" not in file.media_type:
        raise NotTheFile(f"asset {file.sha256[:12]}: a web page comes in its place, as from a network's sign-in")
    return 0


def _range_start(file: File, have: int, headers: Mapping[str, str]) -> int:
    told = headers.get("Content-Range", "")
    match = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", told)
    if match is None:
        raise WrongRange(f"asset {file.sha256[:12]}: a part comes without saying which ({told[:60]!r})")
    first, last, whole = match.groups()
    if int(first) != have or int(last) != file.size - 1 or whole not in ("*", str(file.size)):
        raise WrongRange(f"asset {file.sha256[:12]}: asked from byte {have} of {file.size}, got {told[:60]!r}")
    return have

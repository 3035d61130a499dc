"""The short texts people give content: how long, and what an address must be."""

from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from cloud.allowed import NOT_BLANK
from cloud.problems import FieldError
from vizora.manifest.limits import MAX_TEXT
from vizora.manifest.publishable import STREAMS

Title = Annotated[str, msgspec.Meta(min_length=1, max_length=300, pattern=NOT_BLANK)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_TEXT)]
Description = Annotated[str, msgspec.Meta(max_length=10_000)]
Tag = Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=NOT_BLANK)]
Tags = Annotated[tuple[Tag, ...], msgspec.Meta(max_length=50)]


def check_stream(url: str) -> list[FieldError]:
    """Where a stream is: one of the schemes screens play, with a host. A camera may need a name and password in it."""
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) or (parts.scheme in ("udp", "rtp") and parts.netloc.startswith("@"))
        valid = f"{parts.scheme}://" in STREAMS and named and parts.port != 0
    except ValueError:
        valid = False
    if valid and url.isprintable() and " " not in url and len(url) <= 2000:
        return []
    schemes = ", ".join(scheme.removesuffix("://") for scheme in STREAMS)
    return [FieldError("/url", f"must be the address of a stream as in rtsp://camera.example/1; allowed are {schemes}")]


def check_url(url: str) -> list[FieldError]:
    """Where a web page is: http or https, with a host, without a password in it."""
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        valid = valid and parts.port != 0
    except ValueError:
        valid = False
    if valid and url.isprintable() and " " not in url and len(url) <= 2000:
        return []
    return [FieldError("/url", "must be a web address as in https://example.org/board, without a password in it")]

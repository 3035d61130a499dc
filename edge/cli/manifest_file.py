"""A manifest file as the commands take it: bare or stored with its signature, and what was asked about it."""

import argparse
import base64
import binascii
from datetime import UTC, datetime
from pathlib import Path

from vizora.errors import OperatorError
from vizora.identifiers import KeyId
from vizora.manifest import stored
from vizora.manifest.codec import decode
from vizora.manifest.limits import MAX_BYTES
from vizora.manifest.model import Key, Manifest
from vizora.schedule.model import ClockTrust

KEY_BYTES = 32


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What every command about a manifest file takes."""
    parser.add_argument("--manifest", type=Path, required=True, metavar="FILE", help="bare, or stored with signature")
    parser.add_argument("--public-key", type=public_key, metavar="K", help="base64 of the key that must have signed it")
    parser.add_argument(
        "--clock",
        type=ClockTrust,
        choices=list(ClockTrust),
        default=ClockTrust.TRUSTED,
        metavar="{trusted,floor,untrusted}",
        help="how far the clock may be believed (default: trusted)",
    )
    parser.add_argument("--json", action="store_true", help="for programs: one JSON object a line")


def read(path: Path, key: str | None) -> Manifest:
    """The manifest in a file, checked against a base64 public key if one is given.

    Raises OperatorError when the file can't be read, ManifestError when it is no manifest, TrustError when the
    signature is missing or wrong.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + stored.MAX_HEADER_BYTES + 64)
    except OSError as error:
        raise OperatorError(f"{path}: {error.strerror or error}") from error
    signature, body = stored.unpack(data)
    if key is not None:
        _check(signature, body, key)
    return decode(body)


def instant(text: str) -> datetime:
    """The UTC instant of an RFC 3339 text. Raises ValueError, which says what is allowed."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise ValueError(f"{text.strip()[:40]!r} is not an instant; one such as 2026-03-29T02:30:00Z is allowed")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text.strip()!r} is outside the calendar") from None


def instant_argument(text: str) -> datetime:
    try:
        return instant(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def public_key(text: str) -> str:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != KEY_BYTES:
        raise argparse.ArgumentTypeError(f"a public key is the base64 of {KEY_BYTES} bytes")
    return text


def _check(signature: str | None, body: bytes, key: str) -> None:
    from vizora.errors import TrustError
    from vizora.manifest.signature import verify

    if signature is None:
        raise TrustError("the manifest is bare: there is no signature to check with --public-key")
    key_id = signature.split(";")[1] if signature.count(";") == 2 else ""
    verify(body, signature, [Key(KeyId(key_id), key)])

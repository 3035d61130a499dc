"""Takes secrets out: those this device is known to hold, and what looks like one. Pure."""

import re
from collections.abc import Collection
from typing import Any

REMOVED = "[removed]"
SHORTEST = 6
"""Shorter texts would be found everywhere."""

_NAMES = (
    "psk|pass|password|passphrase|passwd|pwd|secret|token|key|cookie|session|pin|code|credentials|authorization|"
    "confirmation|signature|sig|verificationUriComplete"
)
_SECRET_NAME = re.compile(rf"[\w-]*?(?:{_NAMES})", re.IGNORECASE)
_NOT_SECRET = {"keys", "publicKey", "keyId", "code"}
"""Names in our own documents that sound like secrets; `code` is that of a problem, as VZ-107."""

_PATTERNS = (
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL), REMOVED),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?"), REMOVED),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}"), rf"\1 {REMOVED}"),
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^/\s@\"']+@"), rf"\1{REMOVED}@"),
    (re.compile(r"(?i)\b((?:https?|wss?)://[^\s?#\"'<>]*)[?#][^\s\"'<>]+"), rf"\1?{REMOVED}"),
    (
        re.compile(
            rf"\b([\w-]*(?:{_NAMES})[\"']?\s*[:=]\s*)"
            rf"(?!{re.escape(REMOVED)}|(?:bearer|basic)\s)(\"[^\"]*\"|'[^']*'|[^\s,;&}}\"']+)",
            re.IGNORECASE,
        ),
        rf"\1{REMOVED}",
    ),
)


def redact(text: str, known: Collection[str] = ()) -> str:
    """The text without the `known` secrets, and without tokens, keys, passwords, and the queries of addresses."""
    for secret in sorted((one for one in known if len(one) >= SHORTEST), key=len, reverse=True):
        text = text.replace(secret, REMOVED)
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text


def redact_tree(value: Any, known: Collection[str] = ()) -> Any:
    """The same for what JSON is made of; whatever is named like a secret goes whole, and the shape stays."""
    if isinstance(value, dict):
        return {
            redact(key, known): REMOVED if _is_secret(key, inner) else redact_tree(inner, known)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [redact_tree(inner, known) for inner in value]
    return redact(value, known) if isinstance(value, str) else value


def _is_secret(name: str, value: object) -> bool:
    return isinstance(value, str) and name not in _NOT_SECRET and _SECRET_NAME.fullmatch(name) is not None

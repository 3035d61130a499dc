"""Bytes to manifest and back (CONTRACT section 5, RFC 8259).

`decode` refuses what is not a sound document: broken or ambiguous JSON (a key given twice, NaN, integers not every
reader keeps), anything past `vizora.manifest.limits`, wrong types, another format, ids used twice, colours or sizes
nobody can draw. It lets pass what is wrong with one schedule, override, zone or item alone (an unknown time zone, a
cron expression it can't read, a playlist that isn't there): the evaluator skips that part, says why, and plays the
rest. `encode` refuses both, so such a part is never signed. Unknown fields are ignored by the model; whoever stores
or passes on a manifest keeps its bytes, and with them every field.
"""

import json
import math
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Never

import msgspec

from vizora.identifiers import DeviceId
from vizora.manifest import limits
from vizora.manifest.faults import Fault, ManifestError, pointer
from vizora.manifest.model import FORMAT, Asset, Layout, Manifest, Playlist
from vizora.manifest.publishable import unpublishable
from vizora.manifest.soundness import unsound

_ENCODER = msgspec.json.Encoder(order="deterministic")
_MAPPED: dict[str, type[Asset | Playlist | Layout]] = {"assets": Asset, "playlists": Playlist, "layouts": Layout}
_PLACE = re.compile(r" - at (?:key in )?`\$(.*)`$")
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")


def decode(body: bytes) -> Manifest:
    """The manifest these bytes say. Raises ManifestError, which names each place and what is allowed there."""
    tree = _parse(body)
    if tree.get("format") != FORMAT:
        raise ManifestError([Fault("/format", f"{str(tree.get('format'))[:20]!r} is not known; it must be {FORMAT}")])
    manifest = _shape(tree)
    _refuse(unsound(manifest))
    return manifest


def encode(manifest: Manifest) -> bytes:
    """The bytes to sign: the same manifest gives the same bytes. Raises ManifestError on what must not be published."""
    _refuse(unsound(manifest))
    _refuse(unpublishable(manifest))
    body = _ENCODER.encode(manifest)
    _check_size(body)
    return body


def encode_for(checked: Manifest, device_id: DeviceId, version: int, issued_at: datetime) -> bytes:
    """The bytes to sign of a manifest that `encode` took before, for this screen, version and time: what was checked
    once is not checked for each of ten thousand screens. Raises ManifestError when they are too many."""
    body = _ENCODER.encode(msgspec.structs.replace(checked, device_id=device_id, version=version, issued_at=issued_at))
    _check_size(body)
    return body


def _refuse(faults: Iterator[Fault]) -> None:
    found = tuple(faults)
    if found:
        raise ManifestError(found)


def _check_size(body: bytes) -> None:
    if len(body) > limits.MAX_BYTES:
        raise ManifestError([Fault("", f"{len(body)} bytes; at most {limits.MAX_BYTES} are allowed")])


class _Ambiguous(ValueError):
    pass


def _parse(body: bytes) -> dict[str, Any]:
    _check_size(body)
    try:
        tree = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_number,
            parse_constant=_constant,
        )
        json.dumps(tree, ensure_ascii=False).encode("utf-8")
    except RecursionError:
        raise ManifestError([Fault("", f"nested deeper than {limits.MAX_DEPTH} levels")]) from None
    except (UnicodeDecodeError, UnicodeEncodeError) as error:
        raise ManifestError([Fault("", f"not UTF-8 text: {error.reason}")]) from error
    except ValueError as error:
        raise ManifestError([Fault("", f"not readable JSON: {error}")]) from error
    if not isinstance(tree, dict):
        raise ManifestError([Fault("", "a manifest is a JSON object")])
    if _depth(tree) > limits.MAX_DEPTH:
        raise ManifestError([Fault("", f"nested deeper than {limits.MAX_DEPTH} levels")])
    return tree


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Ambiguous(f"the key {twice[: limits.MAX_ID]!r} is given twice in one object")
    return values


def _integer(digits: str) -> int:
    value = int(digits) if len(digits) <= len(str(-limits.MAX_INTEGER)) else limits.MAX_INTEGER + 1
    if abs(value) > limits.MAX_INTEGER:
        raise _Ambiguous(f"the integer {digits[:20]}… is past {limits.MAX_INTEGER}, the largest every reader keeps")
    return value


def _number(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise _Ambiguous(f"the number {digits[:20]} is too large")
    return value


def _constant(name: str) -> Never:
    raise _Ambiguous(f"{name} is not a JSON value")


def _depth(tree: object) -> int:
    depth, level = 0, [tree]
    while level:
        depth += 1
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node if isinstance(node, list) else ())
            if isinstance(child, dict | list)
        ]
    return depth


def _shape(tree: dict[str, Any]) -> Manifest:
    try:
        return msgspec.convert(tree, Manifest)
    except msgspec.ValidationError as error:
        raise ManifestError([_shape_fault(tree, str(error))]) from error


def _shape_fault(tree: dict[str, Any], told: str) -> Fault:
    """msgspec's message with its place as a pointer; it leaves out the keys of objects, so the entry is looked up."""
    found = _PLACE.search(told)
    steps = [name or index for name, index in _STEP.findall(found[1])] if found else []
    message = told[: found.start()] if found else told
    if steps[1:2] == ["..."]:
        entries: dict[str, object] = tree[steps[0]]
        steps[1] = next(key for key, entry in entries.items() if _misshapen(entry, _MAPPED[steps[0]]))
    return Fault(pointer(*steps), message)


def _misshapen(entry: object, shape: type[Asset | Playlist | Layout]) -> bool:
    try:
        msgspec.convert(entry, shape)
    except msgspec.ValidationError:
        return True
    return False

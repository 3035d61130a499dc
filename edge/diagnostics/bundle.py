"""A support bundle: a small tar.gz of named parts, from which secrets are removed; and reading one back, with bounds.

Pure: bytes in, bytes out. What may be in it is the list of `Part`; nothing is ever taken from a path.
"""

import gzip
import io
import tarfile
import zlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from edge.diagnostics import programme
from edge.diagnostics.causes import Finding
from edge.diagnostics.facts import Facts
from edge.diagnostics.findings import headline
from edge.diagnostics.logs import LogSource
from edge.diagnostics.redaction import REMOVED, redact, redact_tree
from edge.diagnostics.telling import told
from vizora import __version__
from vizora.errors import OperatorError
from vizora.identifiers import ContentId
from vizora.manifest import codec
from vizora.manifest.model import Manifest, Value
from vizora.schedule.evaluate import plan, what_is_on
from vizora.schedule.model import ClockTrust, Explanation
from vizora.schedule.sentences import explanation
from vizora.schedule.timeline import timeline

FORMAT = 1
MOST_BYTES = 4 * 1024 * 1024
"""Of one part. A manifest over it is left out; logs keep their newest lines."""
MOST_PACKED = 32 * 1024 * 1024


class Part(StrEnum):
    SUMMARY = "summary.txt"
    FACTS = "facts.json"
    MANIFEST = "manifest.json"
    PROGRAMME = "programme.json"
    LOGS = "logs.txt"


class About(Value, frozen=True):
    """`facts.json`."""

    format: int
    version: str
    headline: str
    findings: tuple[Finding, ...]
    facts: Facts


class Programme(Value, frozen=True):
    """`programme.json`: what this device said is on, and its day, to be compared with what a replay says."""

    clock: ClockTrust
    unplayable: dict[ContentId, str]
    answer: Explanation
    day_from: datetime
    day_to: datetime
    digest: str


def parts(
    facts: Facts,
    found: Sequence[Finding],
    manifest: Manifest | None,
    logs: Mapping[LogSource, str],
    secrets: Collection[str],
) -> dict[Part, bytes]:
    """What goes into a bundle, clean."""
    shown = without_codes(facts)
    about = About(FORMAT, __version__, headline(shown, found), tuple(found), shown)
    text = "\n".join(told(shown, found)) + "\n"
    made = {
        Part.SUMMARY: redact(text, secrets).encode(),
        Part.FACTS: _json(about, secrets),
        Part.LOGS: redact(_joined(logs), secrets).encode()[-MOST_BYTES:],
    }
    if manifest is not None:
        made[Part.MANIFEST] = _json(_without_texts(manifest), secrets)
        made[Part.PROGRAMME] = _json(_programme(facts, manifest), secrets)
    return {part: data for part, data in made.items() if len(data) <= MOST_BYTES}


def without_codes(facts: Facts) -> Facts:
    """Without what would let somebody claim the screen: its code, the QR's link, the number to confirm with."""
    told_pairing = facts.pairing_status
    if told_pairing is None:
        return facts
    clean = msgspec.structs.replace(
        told_pairing, user_code=None, verification_uri_complete=None, confirmation=None, verification_uri=None
    )
    return msgspec.structs.replace(facts, pairing_status=clean)


def pack(made: Mapping[Part, bytes], at: datetime) -> bytes:
    """The tar.gz. The same parts at the same time are the same bytes."""
    seconds = int(at.timestamp())
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", mtime=seconds) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for part in Part:
            if part in made:
                entry = tarfile.TarInfo(part)
                entry.size, entry.mtime, entry.mode = len(made[part]), seconds, 0o600
                archive.addfile(entry, io.BytesIO(made[part]))
    return packed.getvalue()


def unpack(data: bytes) -> dict[Part, bytes]:
    """The parts of a bundle from anywhere: nothing is written, other names are left alone, sizes are bounded.

    Raises OperatorError when it is no bundle.
    """
    if len(data) > MOST_PACKED:
        raise OperatorError(f"the bundle is over {MOST_PACKED} bytes")
    found: dict[Part, bytes] = {}
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as zipped:
            whole = zipped.read(MOST_BYTES * (len(Part) + 1))
        with tarfile.open(fileobj=io.BytesIO(whole), mode="r:") as archive:
            for entry in archive:
                if entry.isreg() and entry.name in set(Part) and entry.size <= MOST_BYTES:
                    file = archive.extractfile(entry)
                    found[Part(entry.name)] = file.read(MOST_BYTES) if file else b""
    except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError) as error:
        raise OperatorError(f"it is no support bundle ({error})") from error
    if Part.FACTS not in found:
        raise OperatorError(f"it is no support bundle (it holds no {Part.FACTS})")
    return found


def about(made: Mapping[Part, bytes]) -> About:
    """Raises OperatorError when this program can't read it."""
    found: About = _read(made, Part.FACTS, About)
    return found


def told_programme(made: Mapping[Part, bytes]) -> Programme:
    """Raises OperatorError when there is none that can be read."""
    found: Programme = _read(made, Part.PROGRAMME, Programme)
    return found


def _read(made: Mapping[Part, bytes], part: Part, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(made[part], type=kind)
    except (KeyError, ValueError) as error:
        raise OperatorError(f"its {part} can't be read ({error})") from error


def _programme(facts: Facts, manifest: Manifest) -> Programme:
    """As far as a replay can know: the unplayable content by id, as the player says."""
    made = plan(manifest)
    unplayable = dict(facts.player_status.unplayable) if facts.player_status else {}
    start, end = programme.day_around(manifest, facts.at)
    return Programme(
        facts.clock.trust,
        unplayable,
        explanation(what_is_on(made, facts.at, clock=facts.clock.trust, unplayable=unplayable)),
        start,
        end,
        timeline(made, start, end, clock=facts.clock.trust, unplayable=unplayable).digest,
    )


def _without_texts(manifest: Manifest) -> Any:
    """The manifest in the form of its JSON, so that unknown fields don't come along; texts are the customer's own."""
    tree = msgspec.json.decode(codec.encode(manifest))
    for asset in tree.get("assets", {}).values():
        if asset.get("text"):
            asset["text"] = REMOVED
    return tree


def _joined(logs: Mapping[LogSource, str]) -> str:
    return "".join(f"==== {source}\n{text}\n" for source, text in logs.items())


def _json(value: object, secrets: Collection[str]) -> bytes:
    return msgspec.json.encode(redact_tree(msgspec.to_builtins(value), secrets))


def name(facts: Facts) -> str:
    """What to call the file."""
    return f"vizora-support-{facts.at:%Y%m%dT%H%M%SZ}.tar.gz"

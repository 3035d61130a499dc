"""Proof of play, one line a play, streamed: `proof.csv` and the playout file of the Outsmart standard."""

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from starlette.responses import Response

from cloud import sheets
from cloud.analytics.queries import PROOF, Key, Place
from cloud.analytics.question import Question, read_question
from cloud.analytics.sink import Analytics
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.endpoints import Call
from cloud.problems import FieldError, refuse
from cloud.sheets import Cell
from cloud.things import names_of
from cloud.wire import instant

AT_ONCE = 2000
"""Plays read in one transaction; what is held in memory while a file of any length goes out."""
HEADER = (
    "startedAt", "durationMs", "completed", "clock", "deviceId", "device", "contentId", "content", "playlistId",
    "playlist", "scheduleId", "schedule", "itemId", "bootId", "n", "receivedAt",
)  # fmt: skip
FRAME_TAG = "frame:"
"""A screen with a tag `frame:1234567890` is that frame in SPACE, the register of frames."""
INT4 = 2_147_483_647
Names = Mapping[Key, Mapping[str, str]]
Play = Mapping[str, Any]


async def proof(call: Call) -> Response:
    """Every play that began in `from` to `to`, the oldest first. Plays that come in meanwhile may be missing."""
    question = await call.read(lambda unit: read_question(call, unit))
    return await _file(call, "proof.csv", question, _proof_row, header=HEADER)


async def outsmart(call: Call) -> Response:
    """Playout Digital File Format 1.7: CSV without a header, LF, times in UTC. One order a file, named by the caller.

    Screens with a tag `frame:<number>` are in it. Raises Problem 400 when what the format demands is not given.
    """
    question = await call.read(lambda unit: read_question(call, unit))
    order = _order(call)
    frames = await call.read(frames_of)
    chosen = question.only.get("device_id")
    only = {**question.only, "device_id": tuple(id_ for id_ in frames if chosen is None or id_ in chosen)}
    narrowed = Question(question.organization_id, question.start, question.end, only)
    return await _file(call, "playout.csv", narrowed, _outsmart_row(frames, order), line_end="\n")


async def _file(
    call: Call,
    name: str,
    question: Question,
    row: Callable[[Play, Names], Sequence[Cell]],
    *,
    header: Sequence[Cell] = (),
    line_end: str = "\r\n",
) -> Response:
    """The first plays are read before the answer begins: a fault by then is still a problem, not a torn file."""
    first = await call.read(_page(call, question, None))

    async def parts() -> AsyncIterator[bytes]:
        if header:
            yield sheets.encode([header], line_end=line_end)
        plays, names = first
        while plays:
            yield sheets.encode([row(play, names) for play in plays], line_end=line_end)
            if len(plays) < AT_ONCE:
                return
            last = plays[-1]
            place = (last["started_at"], last["device_id"], last["boot_id"], last["n"])
            plays, names = await call.read(_page(call, question, place))

    return sheets.stream(name, parts())


def _page(call: Call, question: Question, after: Place | None) -> Callable[[Unit], tuple[Sequence[Play], Names]]:
    def work(unit: Unit) -> tuple[Sequence[Play], Names]:
        plays = call.cloud.part(Analytics).queries(unit).proof(question, after, AT_ONCE)
        return plays, {key: names_of(unit, key.kind, (play[key.value] for play in plays)) for key in Key}

    return work


def _proof_row(play: Play, names: Names) -> list[Cell]:
    values: dict[str, Cell] = {name: play[name] for name in PROOF if not isinstance(play[name], datetime)}
    named = [
        cell for key in (Key.DEVICE, Key.CONTENT, Key.PLAYLIST, Key.SCHEDULE) for cell in _with_name(play, key, names)
    ]
    return [
        instant(play["started_at"]), values["duration_ms"], values["completed"], values["clock"],
        *named,
        values["item_id"], values["boot_id"], values["n"], instant(play["received_at"]),
    ]  # fmt: skip


def _with_name(play: Play, key: Key, names: Names) -> tuple[Cell, Cell]:
    id_ = play[key.value]
    return id_, names[key].get(id_ or "")


# --- Outsmart
ORDER = {
    "orderId": 256, "lineId": 36, "spaceBuyerId": INT4, "spaceAgencyId": INT4, "spaceBrandId": INT4,
    "buyerCampaignRef": 64,
}  # fmt: skip
"""What the buyer agreed on; by the name in the query, the most characters, or INT4 for a number."""
DEMANDED = ("orderId", "spaceBuyerId", "spaceBrandId")


def _order(call: Call) -> dict[str, str]:
    given = {name: (call.query(name) or "").strip() for name in ORDER}
    errors = [FieldError(name, "the format demands it") for name in DEMANDED if not given[name]]
    for name, most in ORDER.items():
        if most == INT4:
            digits = given[name]
            if digits and not (digits.isascii() and digits.isdigit() and int(digits[:11]) <= INT4):
                errors.append(FieldError(name, f"must be a whole number from 0 to {INT4}"))
        elif len(given[name]) > most or not given[name].isprintable():
            errors.append(FieldError(name, f"must have at most {most} printable characters"))
    refuse(errors)
    return given


def frames_of(unit: Unit) -> dict[str, int]:
    """By screen: its frame's number in SPACE."""
    tags = tables.device_tags
    query = unit.select(tags, tags.c.device_id, tags.c.tag).where(tags.c.tag.startswith(FRAME_TAG, autoescape=True))
    numbers = {row["device_id"]: row["tag"].removeprefix(FRAME_TAG) for row in unit.rows(query)}
    return {
        id_: int(number)
        for id_, number in sorted(numbers.items())
        if number.isascii() and number.isdigit() and int(number) <= INT4
    }


def _outsmart_row(frames: Mapping[str, int], order: Mapping[str, str]) -> Callable[[Play, Names], list[Cell]]:
    def row(play: Play, names: Names) -> list[Cell]:
        device, content = play["device_id"], play["content_id"]
        started = play["started_at"].isoformat(timespec="milliseconds").removesuffix("+00:00")
        title = names[Key.CONTENT].get(content) or content
        return [
            frames[device], started, "Z", None, None, play["duration_ms"], None,
            *order.values(),
            content, " ".join(title.split())[:127], None, None, device, reference(play),
        ]  # fmt: skip

    return row


def reference(play: Play) -> str:
    """48 characters that name this play across all time: (device, boot, n), hashed to fit."""
    key = f"{play['device_id']}\n{play['boot_id']}\n{play['n']}"
    return hashlib.sha256(key.encode()).hexdigest()[:48]

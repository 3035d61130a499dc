"""Content without a file, made by `POST /api/content` with JSON: web pages, texts, streams."""

from typing import Any

import msgspec
from starlette.responses import Response

from cloud.addresses import without_secrets
from cloud.bodies import Body, decode, json_body
from cloud.content import rows
from cloud.content.looks import Style, check_style
from cloud.content.texts import Description, Tags, Text, Title, check_stream, check_url
from cloud.db import tables
from cloud.db.unit import Unit
from cloud.dispatch import write_once
from cloud.endpoints import Call, Reply
from cloud.problems import FieldError, refuse
from cloud.tags import replace_tags
from vizora.manifest.model import ContentType, TextKind


class NewWebpage(Body, frozen=True, tag_field="type", tag="webpage"):
    url: str
    title: Title | None = None
    description: Description = ""
    tags: Tags = ()


class NewText(Body, frozen=True, tag_field="type", tag="text"):
    """A clock needs no text; what is given is what screens show that know no clocks yet."""

    text: Text | None = None
    title: Title | None = None
    description: Description = ""
    tags: Tags = ()
    style: Style | None = None


class NewStream(Body, frozen=True, tag_field="type", tag="video"):
    """A film that comes over the network: RTSP, HLS, UDP or RTP."""

    url: str
    title: Title | None = None
    description: Description = ""
    tags: Tags = ()


New = NewWebpage | NewText | NewStream


async def create(call: Call) -> Response:
    new: New = decode(await json_body(call.request), New)  # type: ignore[arg-type]
    refuse(_errors(new))

    def work(sub: Call, unit: Unit) -> Reply:
        columns = _columns(new)
        content_id = unit.create(
            tables.content,
            title=new.title or _called(columns) or "Untitled",
            description=new.description,
            status=rows.READY,
            created_by=sub.user.id,
            **columns,
        )
        replace_tags(unit, tables.content_tags, content_id, new.tags)
        return Reply(rows.show_one(unit, content_id), status=201, revision=1)

    return (await write_once(call, msgspec.json.encode(new), work)).response()


def _called(columns: dict[str, Any]) -> str:
    """What nobody named; everybody reads titles, so it is no address with a password."""
    return " ".join((without_secrets(columns.get("url", "")) or columns["text"]).split())[:80]


def _errors(new: New) -> list[FieldError]:
    match new:
        case NewWebpage():
            return check_url(new.url)
        case NewStream():
            return check_stream(new.url)
    errors = [] if new.style is None else check_style(new.style, new.text)
    if new.text is None and not _is_clock(new):
        errors.append(FieldError("/text", "is required"))
    return errors


def _columns(new: New) -> dict[str, Any]:
    match new:
        case NewWebpage():
            return {"type": ContentType.WEBPAGE.value, "url": new.url}
        case NewStream():
            return {"type": ContentType.VIDEO.value, "url": new.url}
    text = new.text or new.title or "Clock"
    style = None if new.style is None else msgspec.to_builtins(new.style)
    return {"type": ContentType.TEXT.value, "text": text, "style": style}


def _is_clock(new: NewText) -> bool:
    return new.style is not None and new.style.kind is TextKind.CLOCK

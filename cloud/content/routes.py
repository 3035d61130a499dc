"""The content part of the API (CONTRACT section 3, Content and Device side)."""

import msgspec
from sqlalchemy import Select
from starlette.responses import Response

from cloud.bodies import Body
from cloud.content import rows, upload
from cloud.content.jobs import JOBS
from cloud.content.looks import Style, check_style
from cloud.content.media_type import MediaType
from cloud.content.pages import get_page
from cloud.content.parts import ContentParts, build, depends, work
from cloud.content.serving import send_stored
from cloud.content.storage import file_key, thumbnail_key
from cloud.content.texts import Description, Tags, Text, Title, check_stream, check_url
from cloud.db import tables
from cloud.db.unit import Row, Unit
from cloud.endpoints import Call, Endpoint, Reply
from cloud.lists import MAX_LIMIT, chosen, page, searched
from cloud.playlists.rows import take_out
from cloud.principals import Access
from cloud.problems import FieldError, content_not_found, invalid_field, refuse
from cloud.rooms import Room
from cloud.tags import replace_tags
from cloud.uses.uses import check_unused
from vizora.manifest.model import ContentType

THUMBNAIL_TYPE = "image/webp"
_STATUSES = (rows.PROCESSING, rows.READY, rows.FAILED)


class Change(Body, frozen=True):
    """PATCH: what is not sent stays."""

    title: Title | msgspec.UnsetType = msgspec.UNSET
    description: Description | msgspec.UnsetType = msgspec.UNSET
    tags: Tags | msgspec.UnsetType = msgspec.UNSET
    url: str | msgspec.UnsetType = msgspec.UNSET
    text: Text | msgspec.UnsetType = msgspec.UNSET
    style: Style | msgspec.UnsetType = msgspec.UNSET


def listing(call: Call, unit: Unit) -> Reply:
    query = _narrowed(call, unit, unit.select(tables.content))
    return Reply(page(call, unit, query, tables.content, lambda found: rows.show(unit, found)))


def _narrowed(call: Call, unit: Unit, query: Select[tuple[object]]) -> Select[tuple[object]]:
    content, tags = tables.content, tables.content_tags
    query = searched(call, query, content.c.title)
    if type_ := chosen(call, "type", ContentType):
        query = query.where(content.c.type == type_)
    if status := chosen(call, "status", _STATUSES):
        query = query.where(content.c.status == status)
    if tag := call.query("tag"):
        query = query.where(content.c.id.in_(unit.select(tags, tags.c.content_id).where(tags.c.tag == tag)))
    if (ids := call.query("ids")) is not None:
        wanted = [one for one in ids.split(",") if one]
        if len(wanted) > MAX_LIMIT:
            raise invalid_field("ids", f"must have at most {MAX_LIMIT} ids")
        query = query.where(content.c.id.in_(wanted))
    return query


def get(call: Call, unit: Unit) -> Reply:
    row = rows.find(unit, call.id)
    return Reply(rows.show(unit, [row])[0], revision=row["revision"])


def change(call: Call, unit: Unit) -> Reply:
    change: Change = call.body
    row = rows.find(unit, call.id)
    call.check_match(row["revision"])
    _check_change(change, row)
    given = {
        name: value
        for name in ("title", "description", "url", "text")
        if (value := getattr(change, name)) is not msgspec.UNSET
    }
    if change.style is not msgspec.UNSET:
        given["style"] = msgspec.to_builtins(change.style)
    unit.change(tables.content, call.id, **given)
    if change.tags is not msgspec.UNSET:
        replace_tags(unit, tables.content_tags, call.id, change.tags)
    unit.screens_may_change()
    return Reply(rows.show_one(unit, call.id), revision=row["revision"] + 1)


def _check_change(change: Change, row: Row) -> None:
    errors = []
    streams = row["type"] == ContentType.VIDEO and row["url"] is not None
    for name, type_ in (("url", ContentType.WEBPAGE), ("text", ContentType.TEXT), ("style", ContentType.TEXT)):
        fits = row["type"] == type_ or (name == "url" and streams)
        if getattr(change, name) is not msgspec.UNSET and not fits:
            errors.append(FieldError(f"/{name}", f"is only for content of type {type_}; this is of type {row['type']}"))
    if isinstance(change.url, str) and not errors:
        errors += check_stream(change.url) if streams else check_url(change.url)
    style = _style_after(change, row)
    if style is not None and not errors:
        errors += check_style(style, row["text"] if change.text is msgspec.UNSET else change.text)
    refuse(errors)


def _style_after(change: Change, row: Row) -> Style | None:
    if isinstance(change.style, Style):
        return change.style
    return None if row["style"] is None else msgspec.convert(row["style"], Style)


async def delete(call: Call) -> Response:
    force = call.query("force")

    def work(unit: Unit) -> list[str]:
        row = rows.find(unit, call.id)
        call.check_match(row["revision"])
        check_unused(unit, "content", call.id, force)
        keys = rows.keys_of(unit, call.id)
        call.audit(unit, call.id)  # while it has a name
        take_out(unit, call.id)
        unit.remove(tables.content, call.id)
        unit.screens_may_change()
        return keys

    keys = await call.write(work)
    await call.cloud.outside(lambda: call.cloud.part(ContentParts).discard(keys))
    return Response(status_code=204)


async def get_file(call: Call) -> Response:
    def look_up(unit: Unit) -> tuple[Row, Row]:
        row, file = rows.find(unit, call.id), rows.current_file(unit, call.id)
        if file is None:
            raise content_not_found()
        return row, file

    row, file = await call.read(look_up)
    name = f"{row['title']}{MediaType(file['media_type']).suffix}"
    return await _send(call, file, name)


async def get_thumbnail(call: Call) -> Response:
    def look_up(unit: Unit) -> Row:
        row, file = rows.find(unit, call.id), rows.current_file(unit, call.id)
        if file is None or not row["has_thumbnail"]:
            raise content_not_found()
        return file

    file = await call.read(look_up)
    storage = call.cloud.part(ContentParts).storage
    key = thumbnail_key(file["sha256"], file["id"])
    stored = await call.cloud.outside(lambda: storage.stat(key))
    if stored is None:
        raise content_not_found()
    return await send_stored(
        call, storage, key, etag=file["id"], media_type=THUMBNAIL_TYPE, size=stored.size, name="thumbnail.webp"
    )


class _Named(msgspec.Struct, frozen=True):
    sha256: str | None = None


class _Names(msgspec.Struct, frozen=True):
    assets: dict[str, _Named] = {}


async def get_device_asset(call: Call) -> Response:
    """Only what the manifest this screen was given names: a screen's token opens nothing else."""
    sha256 = call.param("sha256")

    def look_up(unit: Unit) -> Row:
        files = tables.content_files
        body = unit.connection.scalar(
            unit.select(tables.manifests, tables.manifests.c.body).where(tables.manifests.c.device_id == call.device.id)
        )
        named = msgspec.json.decode(body, type=_Names).assets.values() if body else ()
        file = unit.row(unit.select(files).where(files.c.sha256 == sha256).limit(1))
        if file is None or not any(asset.sha256 == sha256 for asset in named):
            raise content_not_found()
        return file

    file = await call.read(look_up)
    return await _send(call, file, sha256)


async def _send(call: Call, file: Row, name: str) -> Response:
    return await send_stored(
        call,
        call.cloud.part(ContentParts).storage,
        file_key(file["sha256"], file["id"]),
        etag=file["sha256"],
        media_type=file["media_type"],
        size=file["size"],
        name=name,
    )


_ITEM = "/api/content/{id}"
ENDPOINTS = (
    Endpoint("GET", "/api/content", listing, Access.VIEWER),
    Endpoint("POST", "/api/content", upload.create, Access.MANAGER, action="content.create"),
    Endpoint("GET", _ITEM, get, Access.VIEWER),
    Endpoint("PATCH", _ITEM, change, Access.MANAGER, Change, "content.update"),
    Endpoint("DELETE", _ITEM, delete, Access.MANAGER, action="content.delete"),
    Endpoint("GET", f"{_ITEM}/file", get_file, Access.VIEWER),
    Endpoint("PUT", f"{_ITEM}/file", upload.replace_file, Access.MANAGER, action="content.replace"),
    Endpoint("GET", f"{_ITEM}/thumbnail", get_thumbnail, Access.VIEWER),
    Endpoint("GET", f"{_ITEM}/pages/{{number}}", get_page, Access.VIEWER),
    Endpoint("GET", "/api/device/assets/{sha256}", get_device_asset, Access.DEVICE),
)

ROOM = Room(endpoints=ENDPOINTS, parts=lambda cloud: (build(cloud),), work=work, jobs=lambda _: JOBS, depends=depends)

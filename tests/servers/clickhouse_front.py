"""The part of ClickHouse's HTTP interface that clickhouse-connect uses, in front of the real engine (chDB).

There is no package with the server's own program. `python tests/servers/clickhouse_front.py FOLDER PORT` is the server
the tests talk to: the client, the SQL, the formats and the engine are the real ones; only the wire between is ours. It
knows no users and no sessions, and answers one question at a time.
"""

import os
import re
import sys
import tempfile
import zlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import lz4.frame
import uvicorn
from chdb.session import Session
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

INSERT = re.compile(rb"\s*insert\b.{0,20000}?\bformat\s+native\s*?\n", re.IGNORECASE | re.DOTALL)
FORMAT = re.compile(r"\bformat\s+(\w+)\s*;?\s*$", re.IGNORECASE)


class Engine:
    """One thread asks the engine: it is not made for more."""

    def __init__(self, folder: Path) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._session: Any = self._thread.submit(Session, str(folder)).result()
        self._ask("create database if not exists default engine=Atomic", "Null")
        self._ask("use default", "Null")

    def answer(self, sql: str, data: bytes, parameters: Mapping[str, str]) -> tuple[bytes, str]:
        return self._thread.submit(self._answer, sql, data, parameters).result()

    def _answer(self, sql: str, data: bytes, parameters: Mapping[str, str]) -> tuple[bytes, str]:
        for name, value in parameters.items():
            if name.startswith("param_"):
                self._session.query("set {}='{}'".format(name, value.replace("\\", "\\\\").replace("'", "\\'")))
        if data:
            return self._insert(sql, data), "Null"
        named = FORMAT.search(sql)
        form = named.group(1) if named else parameters.get("default_format", "TabSeparated")
        return self._session.query(sql[: named.start()] if named else sql, form).bytes(), form

    def _insert(self, sql: str, data: bytes) -> bytes:
        parts = re.match(r"(\s*insert\s+into\s+.*?)\s*format\s+(\w+)\s*$", sql, re.IGNORECASE | re.DOTALL)
        assert parts is not None, sql
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            into = f"{parts.group(1)} FROM INFILE '{file.name}' COMPRESSION 'none' FORMAT {parts.group(2)}"
            result: bytes = self._session.query(into, "Null").bytes()
            return result

    def _ask(self, sql: str, form: str) -> None:
        self._thread.submit(self._session.query, sql, form).result()


async def read(request: Request) -> tuple[str, bytes, dict[str, str]]:
    """The SQL, the data behind it, and what the query string says."""
    parameters = dict(request.query_params)
    if "multipart/form-data" in request.headers.get("content-type", ""):
        form = {name: str(value) for name, value in (await request.form()).items()}
        return form.pop("query", "") or parameters.get("query", ""), b"", {**parameters, **form}
    body = unpacked(await request.body(), request.headers.get("content-encoding", ""))
    sql = parameters.get("query", "")
    insert = INSERT.match(body)
    if not sql and insert:
        return insert.group().decode(), body[insert.end() :], parameters
    if not sql:
        return body.decode(), b"", parameters
    return sql, body, parameters


def unpacked(body: bytes, encoding: str) -> bytes:
    if body and encoding in ("gzip", "deflate"):
        return zlib.decompress(body, 47)
    if body and encoding == "lz4":
        unpacked: bytes = lz4.frame.decompress(body)
        return unpacked
    if body and encoding:
        raise ValueError(f"the front can't unpack {encoding}")
    return body


def application(engine: Engine) -> Starlette:
    async def ask(request: Request) -> Response:
        sql, data, parameters = await read(request)
        try:
            body, form = await run_in_threadpool(engine.answer, sql, data, parameters)
        except RuntimeError as fault:
            code = re.search(r"Code: (\d+)", str(fault))
            said = {"X-ClickHouse-Exception-Code": code.group(1) if code else "1002"}
            return Response(str(fault), 500, said)
        headers = {
            "X-ClickHouse-Format": form,
            "X-ClickHouse-Timezone": "UTC",
            "X-ClickHouse-Query-Id": "x",
            "X-ClickHouse-Summary": '{"read_rows":"0","written_rows":"0"}',
        }
        return Response(body, headers=headers, media_type="application/octet-stream")

    async def ping(_: Request) -> Response:
        return Response("Ok.\n")

    return Starlette(routes=[Route("/", ask, methods=["GET", "POST"]), Route("/ping", ping)])


if __name__ == "__main__":
    os.umask(0o077)
    uvicorn.run(application(Engine(Path(sys.argv[1]))), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")

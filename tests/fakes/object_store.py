"""An object store as a device sees it by a presigned address: ranges, tags of its own, no second way to sign in."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from threading import Thread
from typing import cast
from urllib.parse import parse_qs, urlsplit

from tests.fakes.http_server import HttpServer

SIGNATURE = "0123abcd"


class ObjectStore:
    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.asked: list[dict[str, str]] = []
        """The headers of each request."""
        self.cut_after: int | None = None
        """Bytes of the next body, then the connection ends."""
        self._server = _Server(self)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def presigned(self, name: str, signature: str = SIGNATURE) -> str:
        return f"{self.url}/bucket/{name}?X-Amz-Signature={signature}"

    @contextmanager
    def running(self) -> Iterator["ObjectStore"]:
        thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            thread.join()
            self._server.server_close()


class _Server(HttpServer):
    def __init__(self, store: ObjectStore) -> None:
        self.store = store
        super().__init__(_Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        store = cast(_Server, self.server).store
        store.asked.append(dict(self.headers))
        address = urlsplit(self.path)
        data = store.objects.get(address.path.rpartition("/")[2])
        if self.headers.get("Authorization"):
            self._send(400, b"<Error><Code>InvalidArgument</Code>only one way to sign in</Error>")
        elif parse_qs(address.query).get("X-Amz-Signature") != [SIGNATURE]:
            self._send(403, b"<Error><Code>AccessDenied</Code>Request has expired</Error>")
        elif data is None:
            self._send(404, b"<Error><Code>NoSuchKey</Code></Error>")
        else:
            self._object(store, data)

    def _object(self, store: ObjectStore, data: bytes) -> None:
        etag = f'"{hashlib.md5(data).hexdigest()}"'
        asked = self.headers.get("Range", "")
        first = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        cut, store.cut_after = store.cut_after, None
        if first and self.headers.get("If-Range", etag) == etag:
            headers = {"ETag": etag, "Content-Range": f"bytes {first}-{len(data) - 1}/{len(data)}"}
            self._send(206, data[first:], headers, cut)
        else:
            self._send(200, data, {"ETag": etag}, cut)

    def _send(
        self, status: int, body: bytes, headers: dict[str, str] | None = None, cut_after: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/xml", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[:cut_after])
        self.wfile.flush()
        if cut_after is not None:
            self.close_connection = True
            with suppress(OSError):
                self.connection.shutdown(2)

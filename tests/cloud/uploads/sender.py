"""A small tus 1.0 client: creates, asks where to go on, sends."""

import base64
from typing import Any

from cloud.uploads.pieces import Pieces
from tests.cloud.content import media
from tests.cloud.content.studio import Studio

CHUNK_TYPE = "application/offset+octet-stream"
PICTURE = media.still("PNG", (64, 64))


class Sender:
    """`client` is anything with `request(method, url, headers=, content=)`."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def request(self, method: str, path: str = "/api/uploads", content: Any = None, **headers: str) -> Any:
        sent = {"Tus-Resumable": "1.0.0"} | {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.request(method, path, headers=sent, content=content)

    def create(self, length: int, **metadata: str) -> Any:
        return self.request("POST", Upload_Length=str(length), Upload_Metadata=encoded(metadata))

    def place(self, length: int, **metadata: str) -> str:
        answer = self.create(length, **metadata)
        assert answer.status_code == 201, answer.text
        return str(answer.headers["Location"])

    def append(self, path: str, offset: int, data: bytes) -> Any:
        return self.request("PATCH", path, data, Upload_Offset=str(offset), Content_Type=CHUNK_TYPE)

    def offset(self, path: str) -> int:
        return int(self.request("HEAD", path).headers["Upload-Offset"])


def encoded(metadata: dict[str, str]) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in metadata.items())


def stored(studio: Studio) -> list[str]:
    """The keys of the pieces that are kept."""
    return [one.key for one in studio.house.cloud.part(Pieces).storage.all()]

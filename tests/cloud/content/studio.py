"""Uploading as people do it, against the real application."""

from typing import Any

from cloud.content.parts import ContentParts
from tests.cloud.house import House, Person


class Studio:
    def __init__(self, house: House, person: Person) -> None:
        self.house = house
        self.person = person
        self.parts = house.cloud.part(ContentParts)

    def send(
        self, data: bytes, name: str = "file.bin", *, method: str = "POST", path: str = "/api/content", **form: Any
    ) -> Any:
        headers = form.pop("headers", {})
        return self.person.client.request(method, path, files={"file": (name, data)}, data=form, headers=headers)

    def settle(self) -> None:
        """Waits until everything that was uploaded is checked."""
        self.house.work()

    def ready(self, data: bytes, name: str = "file.bin", **form: Any) -> Any:
        """Uploads, waits for the check, and returns what the API then shows."""
        sent = self.send(data, name, **form)
        assert sent.status_code == 201, sent.text
        self.settle()
        return self.show(sent.json()["id"])

    def show(self, content_id: str) -> Any:
        return self.person.get(f"/api/content/{content_id}").json()

    def stored(self) -> int:
        """How many files lie in the store, thumbnails included, and in the place uploads come in."""
        incoming = self.house.cloud.config.data_dir / "content" / "incoming"
        return len(list(self.parts.storage.all())) + len(list(incoming.glob("*")))

"""A cloud to test against: the real application behind Starlette's TestClient, with people who signed in."""

from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from starlette.testclient import TestClient

from cloud.accounts.passwords import Passwords
from cloud.app import create_app
from cloud.config import CloudConfig
from cloud.services import Cloud
from tests.fakes.clock import FakeClock

PASSWORD = "correct horse battery"


@dataclass(slots=True)
class Person:
    """Somebody who signed in; `client` sends their token."""

    client: TestClient
    id: str
    organization_id: str
    email: str

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.request(method, path, json=body, headers=headers)

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(path, json=body, headers=headers)


class House:
    def __init__(self, config: CloudConfig, clock: FakeClock) -> None:
        self.clock = clock
        self.cloud = Cloud(config, clock, Passwords(memory_kib=64, threads=1))
        self.app = create_app(config, cloud=self.cloud)
        self.client = TestClient(self.app, base_url="http://127.0.0.1:3000")

    def __enter__(self) -> Self:
        self.client.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.__exit__(kind, fault, trace)

    def register(self, name: str = "Acme", email: str | None = None) -> Person:
        """A new organization's admin."""
        email = email or f"admin@{name.lower()}.example"
        answer = self.client.post("/api/auth/register", json=registration(email=email, organizationName=name))
        assert answer.status_code == 201, answer.text
        body = answer.json()
        self.client.cookies.clear()
        return Person(self.bearing(body["token"]), body["user"]["id"], body["organization"]["id"], email)

    def bearing(self, token: str) -> TestClient:
        """A client of the same running application that sends this token."""
        client = TestClient(self.app, base_url="http://127.0.0.1:3000", headers={"Authorization": f"Bearer {token}"})
        client.portal = self.client.portal
        return client


def registration(**changes: Any) -> dict[str, Any]:
    return {
        "email": "ada@acme.example",
        "password": PASSWORD,
        "firstName": "Ada",
        "lastName": "Lovelace",
        "organizationName": "Acme",
    } | changes

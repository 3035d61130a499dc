"""Requests made up from `/openapi.json` itself, by schemathesis: no server error, no undocumented answer (P34).

`VIZORA_SCHEMATHESIS_EXAMPLES` says how many for each operation; with `VIZORA_SCHEMATHESIS_SEED` others than always.
"""

import os
import warnings
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, seed, settings

from cloud.app import ROOMS
from cloud.config import CloudConfig
from cloud.openapi.described import DESCRIBED
from cloud.openapi.document import document
from tests.cloud.house import House, Person, Screen
from tests.cloud.policy import KINDS, MAKERS
from tests.fakes.clock import FakeClock

MISSING = str(uuid4())
EXAMPLES = int(os.environ.get("VIZORA_SCHEMATHESIS_EXAMPLES", "15"))
SEED = os.environ.get("VIZORA_SCHEMATHESIS_SEED")
PAUSE_S = 2.0
"""Of the house's clock between two requests, or the limits on how often one may call would answer most of them."""
ENDLESS = {"/api/events", "/realtime/device", "/realtime/organization"}
"""They answer for as long as somebody listens; tests of their own hold them."""
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
SCHEMA = schemathesis.openapi.from_dict(document([one for room in ROOMS for one in room.endpoints], DESCRIBED))
FOUND: list[Any] = [result.ok() for result in list[Any](SCHEMA.get_all_operations())]
OPERATIONS = [operation for operation in FOUND if operation.path not in ENDLESS]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    config = CloudConfig(data_dir=tmp_path_factory.mktemp("schemathesis"), long_poll_s=0.0)
    with House(config, FakeClock()) as house:
        yield house


class Caller:
    """Somebody with an object of each kind, as a person or as a screen."""

    def __init__(self, house: House, number: int, *, as_screen: bool) -> None:
        self.person: Person = house.register(f"Org{number}")
        self.screen: Screen | None = house.pair(self.person) if as_screen else None
        self._house = house
        self._ids: dict[str, str] = {}

    def id_for(self, path: str) -> str:
        kind = KINDS.get(path.split("/{id}")[0].removeprefix("/api/"), "")
        if kind not in MAKERS:
            return MISSING
        if kind not in self._ids:
            self._ids[kind] = MAKERS[kind](self._house, self.person)
        return self._ids[kind]

    def send(self, case: Any, *, own: bool) -> Any:
        if own and "id" in case.path_parameters:
            case.path_parameters["id"] = self.id_for(case.path)
        self._house.clock.pass_time(PAUSE_S)
        wire = case.as_transport_kwargs(base_url="http://127.0.0.1:3000")
        headers = {name: value for name, value in wire.pop("headers", {}).items() if name.lower() != "authorization"}
        wire.pop("cookies", None)
        client = self.screen.client if self.screen else self.person.client
        body = wire.pop("data", None)
        if isinstance(body, bytes | str):
            wire["content"] = body
        elif body is not None:
            wire["data"] = body
        if "files" in wire:
            wire["files"] = [(name, _as_file(value)) for name, value in wire["files"]]
        try:
            request = client.build_request(headers=headers, **wire)
        except (ValueError, TypeError):
            assume(False)  # what no client can put on the wire
        return client.send(request)


def _as_file(value: Any) -> Any:
    """A part of a form; what is neither text nor bytes goes as its text."""
    if isinstance(value, tuple):
        name, content, *more = value
        return (name, content if isinstance(content, bytes | str) else str(content), *more)
    return value if isinstance(value, bytes | str) else str(value)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_whatever_is_sent_the_answer_is_one_of_those_described(house: House, operation: Any) -> None:
    as_screen = operation.definition.raw.get("x-access") == "device"
    caller = Caller(house, OPERATIONS.index(operation), as_screen=as_screen)
    statuses: list[int] = []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=SEED is None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def check(case: Any) -> None:
        answer = caller.send(case, own=len(statuses) % 3 < 2)  # `Caller`'s clients hold it against the document
        statuses.append(answer.status_code)

        assert answer.status_code < 500, answer.text

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (check if SEED is None else seed(int(SEED))(check))()
    assert statuses

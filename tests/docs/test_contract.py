"""The contract names what is there, and what is there is in the contract: sections, routes, codes, messages."""

import re
from collections.abc import Iterator
from pathlib import Path

from cloud.app import ROOMS
from cloud.openapi.described import DESCRIBED
from cloud.openapi.document import document

ROOT = Path(__file__).resolve().parents[2]
CONTRACT = (ROOT / "docs/reference/contract.md").read_text()
CITED = re.compile(
    r"CONTRACT(?: sections?)? (\d+(?:\.\d+)?(?:(?:, | and | to )\d+(?:\.\d+)?)*)(?:, ([A-Z][a-z][\w ]*)\))?"
)
NAMED = re.compile(r"`([A-Z]+(?:\|[A-Z]+)*) (/[^`\s]*)`")
SOURCES = [path for room in ("cloud", "edge", "vizora", "tests") for path in (ROOT / room).rglob("*.py")]
CITING = {*SOURCES, *ROOT.glob("docs/adr/*.md")} - {Path(__file__).resolve()}
DOCUMENT = document([endpoint for room in ROOMS for endpoint in room.endpoints], DESCRIBED)
OPERATIONS = [(method.upper(), path, one) for path, item in DOCUMENT["paths"].items() for method, one in item.items()]


def sections(page: str) -> set[str]:
    """As they are cited: `3`, `6.9`, and a part of section 3 by its name."""
    found = set[str]()
    for number, body in re.findall(r"^## (\d+)\. .*\n((?:(?!## ).*\n?)*)", page, re.MULTILINE):
        found |= {number, *(f"{number}.{rule}" for rule in re.findall(r"^(\d+)\. ", body, re.MULTILINE))}
        found |= set(re.findall(r"^### (\w[\w ,]*\w)", body, re.MULTILINE))
    return found


def cited(text: str) -> Iterator[str]:
    for numbers, parts in CITED.findall(text):
        yield from re.findall(r"\d+(?:\.\d+)?", numbers)
        yield from filter(None, parts.split(" and "))


def unnumbered(path: str) -> str:
    """Parameters may be called otherwise in the source."""
    return re.sub(r"{\w+}", "{}", path)


def routes(page: str) -> set[str]:
    return {f"{method} {unnumbered(path)}" for methods, path in NAMED.findall(page) for method in methods.split("|")}


def test_every_section_that_the_source_cites_is_there() -> None:
    here = {name: path for path in CITING for name in cited(path.read_text())}

    assert len(here) > 15
    assert {name: path for name, path in here.items() if name not in sections(CONTRACT)} == {}


def test_a_section_that_is_not_there_is_found_out() -> None:
    text = '"""CONTRACT sections 3 and 9; CONTRACT 6.2 to 6.12 (CONTRACT section 3, Content and Prices)."""'

    assert set(cited(text)) - sections(CONTRACT) == {"9", "6.12", "Prices"}


def test_it_names_every_route_and_no_other() -> None:
    assert routes(CONTRACT) == {f"{method} {unnumbered(path)}" for method, path, _ in OPERATIONS}


def test_a_route_that_is_called_otherwise_is_found_out() -> None:
    there = "`GET|PATCH|DELETE /api/devices/{id}`"

    assert there in CONTRACT
    assert routes(CONTRACT) - routes(CONTRACT.replace(there, "`GET|PATCH /api/devices/{id}`")) == {
        "DELETE /api/devices/{}"
    }


def test_it_names_every_code_of_an_answer_and_no_other() -> None:
    used = {code for _, _, one in OPERATIONS for said in one["responses"].values() for code in said.get("x-codes", ())}

    assert set(re.findall(r"`([A-Z_]+_\d{3})`", CONTRACT)) == used | {"HTTP_001"}


def test_messages_that_it_names_are_sent() -> None:
    source = "".join(path.read_text() for path in SOURCES if path.parts[len(ROOT.parts)] == "cloud")
    named = set(re.findall(r"`([a-z]+:[a-z]+)`", CONTRACT))

    assert len(named) > 8
    assert {name for name in named if f'"{name}"' not in source} == set()

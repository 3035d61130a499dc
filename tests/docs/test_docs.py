"""The documentation is true: what it names exists, and what exists is named."""

import ast
import re
import subprocess
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.pofile import read_po

from cloud import config as cloud_config
from edge import config as device_config
from edge.cli.main import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
GUIDES = sorted([*ROOT.glob("docs/how-to/*.md"), *ROOT.glob("docs/tutorials/*.md")])
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text()


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in names.decode().split("\0") if name]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(), flags=re.DOTALL)
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text)]

    dead = [link for link in links if link and "://" not in link and not (path.parent / link).exists()]

    assert dead == []


def test_every_command_is_described_and_every_described_command_exists() -> None:
    described = set(
        re.findall(r"`vizora ([a-z-]+)`", "\n".join(re.findall(r"^## .*$", page("reference/command-line.md"), re.M)))
    )

    assert described == {command.name for command in COMMANDS}


def variables_in(module: ModuleType) -> set[str]:
    """The environment variables a settings module reads, found in its source."""
    source = Path(str(module.__file__)).read_text()
    return {name for name in re.findall(r'"([A-Z][A-Z0-9_]{3,}[A-Z0-9])"', source) if "_" in name}


SETTINGS = {cloud_config: "reference/cloud-settings.md", device_config: "reference/device-settings.md"}


@pytest.mark.parametrize("module", SETTINGS, ids=lambda module: module.__name__)
def test_every_setting_is_described(module: ModuleType) -> None:
    """The device's settings know the cloud's names too, to tell them from typing errors."""
    settings = variables_in(module)
    elsewhere = "".join(page(reference) for other, reference in SETTINGS.items() if other is not module)

    assert len(settings) > 5
    assert {name for name in settings if f"`{name}`" not in page(SETTINGS[module]) + elsewhere} == set()


def words_on_pages() -> set[str]:
    """What the web pages say, in English, without plurals' second form."""
    with (ROOT / "cloud/web/words/de.po").open("rb") as file:
        return {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in read_po(file)}


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.name)
def test_slanted_words_of_a_guide_stand_on_a_page(path: Path) -> None:
    text = re.sub(r"```.*?```|`[^`]*`", "", path.read_text(), flags=re.DOTALL)

    slanted = set(re.findall(r"(?<![*\w])\*([^*\n]+)\*(?![*\w])", text))

    assert slanted - words_on_pages() == set()


def test_guides_name_what_stands_on_pages() -> None:
    named = [path.name for path in GUIDES if re.search(r"(?<!\*)\*[^*\n]+\*(?!\*)", path.read_text())]

    assert len(named) >= 8


NAMED_TEST = re.compile(r"`(tests/[\w/]+\.py)((?:::\w+)+)`")
NEVER_GIVEN = {16, 17, 18, 19, 39, 46, 47, 48, 49, 59}
"""Numbers between P1 and P61 that no promise has."""


def defines(source: str, names: list[str]) -> bool:
    """Whether a file has this test; of several names the first is its class. Nothing is imported."""
    body: list[ast.stmt] = ast.parse(source).body
    for name in names:
        found = [node for node in body if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name]
        if not found:
            return False
        body = found[0].body
    return names[-1].startswith("test_")


def untrue(text: str) -> set[str]:
    """What a page of promises says and is not so: tests that are not there, promises twice, missing or without one."""
    rows = dict[int, str]()
    faults = set[str]()
    for number, row in re.findall(r"^\| P(\d+) \|(.*)$", text, re.M):
        faults |= {f"P{number} is there twice"} if int(number) in rows else set()
        rows[int(number)] = row
        faults |= set() if NAMED_TEST.search(row) else {f"P{number} names no test"}
    faults |= {f"P{number} is missing" for number in set(range(1, 62)) - NEVER_GIVEN - set(rows)}
    for path, names in NAMED_TEST.findall(text):
        if not (ROOT / path).is_file() or not defines((ROOT / path).read_text(), names[2:].split("::")):
            faults.add(f"there is no {path}{names}")
    return faults


def test_every_promise_is_there_once_with_tests_that_exist() -> None:
    text = page("reference/promises.md")

    assert untrue(text) == set()
    assert re.findall(r"`tests/[^`]*`", text) == [f"`{path}{names}`" for path, names in NAMED_TEST.findall(text)]


def test_a_page_of_promises_that_is_not_true_is_found_out() -> None:
    text = page("reference/promises.md")
    first = "test_no_recorded_play_is_lost_when_the_power_is_cut_at_any_point"

    assert untrue(text.replace(f"::{first}`", f"::{first}_or_so`")) == {
        f"there is no tests/powercut/test_power_cuts.py::{first}_or_so"
    }
    assert untrue(text.replace("| P61 |", "| P60 |")) == {"P60 is there twice", "P61 is missing"}
    assert untrue(text.replace("| P15 |", "| P16 |")) == {"P15 is missing"}


def test_every_decision_has_context_decision_and_consequences() -> None:
    records = [path for path in PAGES if path.parent.name == "adr" and path.name != "README.md"]

    assert len(records) >= 8
    for path in records:
        text = path.read_text()
        assert all(word in text for word in ("Context", "Decision", "Consequences", "Bad")), path.name


def test_nothing_names_this_machine_or_a_package_registry() -> None:
    words = [
        b"pypi" + b".org",
        b"files." + b"pythonhosted",
        b"registry." + b"npmjs",
        b"deb." + b"debian",
        b"/wo" + b"rk/",
    ]

    found = [
        f"{path.relative_to(ROOT)}: {word.decode()}"
        for path in tracked()
        if path.is_file()
        for word in words
        if word in path.read_bytes()
    ]

    assert found == []

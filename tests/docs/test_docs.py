"""The documentation is true: what it names exists, and what exists is named."""

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
    described = set(re.findall(r"`vizora ([a-z-]+)`", "\n".join(re.findall(r"^## .*$", page("reference/command-line.md"), re.M))))

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


def test_every_decision_has_context_decision_and_consequences() -> None:
    records = [path for path in PAGES if path.parent.name == "adr" and path.name != "README.md"]

    assert len(records) >= 8
    for path in records:
        text = path.read_text()
        assert all(word in text for word in ("Context", "Decision", "Consequences", "Bad")), path.name


def test_nothing_names_this_machine_or_a_package_registry() -> None:
    words = [b"pypi" + b".org", b"files." + b"pythonhosted", b"registry." + b"npmjs", b"deb." + b"debian", b"/wo" + b"rk/"]

    found = [
        f"{path.relative_to(ROOT)}: {word.decode()}"
        for path in tracked()
        if path.is_file()
        for word in words
        if word in path.read_bytes()
    ]

    assert found == []

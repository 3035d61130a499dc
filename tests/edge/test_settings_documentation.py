"""The page of settings and codes says what the code does."""

import re
from pathlib import Path

import edge
from edge import config

ROOT = Path(edge.__file__).parents[1]
PAGE = (ROOT / "docs/reference/device-settings.md").read_text()


def test_every_setting_is_on_the_page_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(VIZORA_\w+)` \| (\S*) \|", PAGE, flags=re.MULTILINE))

    assert {name: text.strip("`") for name, text in rows.items()} == {
        **config.DEFAULTS,
        "VIZORA_CONFIG": "none",
        "VIZORA_HEADLESS": "unset",
    }


def test_every_code_the_device_may_say_is_on_the_page() -> None:
    said = {
        code
        for room in ("cache", "provision", "player", "problems.py", "status.py")
        for file in ([ROOT / "edge" / room] if room.endswith(".py") else (ROOT / "edge" / room).rglob("*.py"))
        for code in re.findall(r"VZ-\d{3}", file.read_text())
    }

    assert said == set(re.findall(r"^\| (VZ-\d+) \|", PAGE, flags=re.MULTILINE))

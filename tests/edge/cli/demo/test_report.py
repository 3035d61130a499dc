"""What the demo tells a person."""

import io
from pathlib import Path

import pytest

from edge.cli.demo.report import Report


@pytest.mark.parametrize(
    ("by_make", "told"),
    [
        (True, 'make demo DEMO="--content DIR" shows your own folder'),
        (False, "vizora demo --content DIR shows your own folder"),
    ],
)
def test_what_to_try_next_is_what_can_be_typed_there(by_make: bool, told: str) -> None:
    out = io.StringIO()
    Report(json=False, by_make=by_make, out=out).ready(
        "http://127.0.0.1:3000", "demo@x.example", "secret", headless=True, data=Path("/var/demo")
    )

    assert told in out.getvalue()

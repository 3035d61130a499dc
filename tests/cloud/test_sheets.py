import csv
import io

import pytest

from cloud.sheets import encode, safe


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "|calc", "%0A", "＝1", '=HYPERLINK("http://x")'],
)
def test_what_a_spreadsheet_could_run_is_shown_as_text(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize(
    ("cell", "text"),
    [("Menu", "Menu"), ("a=b", "a=b"), ("", ""), (None, ""), (-5, "-5"), (True, "true"), (0.5, "0.5"), (" x", " x")],
)
def test_everything_else_is_as_it_was(cell: str | int | float | None, text: str) -> None:
    assert safe(cell) == text


def test_commas_quotes_and_lines_come_back_as_they_were() -> None:
    rows = [["a,b", 'say "hi"', "two\nlines", "ü"]]

    assert list(csv.reader(io.StringIO(encode(rows).decode(), newline=""))) == rows

"""The page of findings says what the rules do."""

from edge.diagnostics.causes import Cause, Finding
from edge.diagnostics.findings import findings
from tests.edge.diagnostics.cases import FAULTS
from tests.edge.diagnostics.namespaces import ROOT

PAGE = (ROOT / "docs/reference/findings.md").read_text()


def rows() -> list[tuple[str, ...]]:
    lines = [line for line in PAGE.splitlines() if line.startswith("| `")]
    return [tuple(cell.strip(" `") for cell in line.strip("|").split(" | ")) for line in lines]


def found_in_table() -> dict[Cause, Finding]:
    """The finding of the first fault that has this cause."""
    found: dict[Cause, Finding] = {}
    for facts, cause in FAULTS.values():
        finding = next(finding for finding in findings(facts) if finding.cause is cause)
        found.setdefault(cause, finding)
    return found


def test_every_cause_is_described_once_and_in_the_order_of_causes() -> None:
    assert [row[0] for row in rows()] == [str(cause) for cause in Cause]


def test_severity_code_words_and_advice_are_those_of_the_rules() -> None:
    described = {row[0]: row[1:] for row in rows()}

    for cause, finding in found_in_table().items():
        assert described[cause] == (str(finding.severity), finding.code or "", finding.sentence, finding.advice)

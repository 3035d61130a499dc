"""The truth test (P42) over facts: the first line names the cause, and a healthy screen is called healthy."""

import pytest

from edge.diagnostics.causes import Cause, Severity
from edge.diagnostics.facts import Facts
from edge.diagnostics.findings import RULES, findings, headline
from tests.edge.diagnostics.cases import FAULTS, HEALTHY, NOW, TOGETHER, healthy


def first(facts: Facts) -> Cause | None:
    found = findings(facts)
    return found[0].cause if found else None


@pytest.mark.parametrize("name", FAULTS)
def test_one_fault_is_named_first(name: str) -> None:
    facts, cause = FAULTS[name]

    assert first(facts) is cause


@pytest.mark.parametrize("name", TOGETHER)
def test_of_several_the_one_to_mend_is_named_first(name: str) -> None:
    facts, cause = TOGETHER[name]

    assert first(facts) is cause
    assert len(findings(facts)) >= 1


def test_the_table_has_the_25_faults_of_the_promise_and_every_cause() -> None:
    assert len(FAULTS) >= 25
    assert {cause for _, cause in FAULTS.values()} == set(Cause)


@pytest.mark.parametrize("facts", HEALTHY, ids=range(len(HEALTHY)))
def test_a_healthy_screen_raises_no_alarm(facts: Facts) -> None:
    assert findings(facts) == ()


def test_there_are_50_ways_to_be_healthy() -> None:
    assert len({str(facts) for facts in HEALTHY}) >= 50


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_without_any_one_rule_the_table_fails(rule: object) -> None:
    """The broken twin: each rule is needed by some fault of the table."""
    kept = [other for other in RULES if other is not rule]

    missed = [
        name for name, (facts, cause) in FAULTS.items() if [f.cause for f in findings(facts, kept)][:1] != [cause]
    ]

    assert missed


def test_a_judge_that_suspects_the_last_thing_first_fails_the_table() -> None:
    """Another twin: the order of the rules carries the meaning."""
    wrong = [name for name, (facts, cause) in TOGETHER.items() if findings(facts, RULES[::-1])[0].cause is not cause]

    assert wrong


def test_the_first_line_is_one_line_and_says_what_is_on_when_all_is_well() -> None:
    assert headline(healthy(), findings(healthy())) == "All is well. On the screen: Menu."
    for facts, _ in FAULTS.values():
        line = headline(facts, findings(facts))
        assert "\n" not in line
        assert line.endswith(".")


def test_faults_come_before_warnings_and_notes() -> None:
    for facts, _ in (*FAULTS.values(), *TOGETHER.values()):
        severities = [list(Severity).index(finding.severity) for finding in findings(facts)]
        assert severities == sorted(severities)


def test_every_finding_says_what_to_do() -> None:
    for facts, _ in FAULTS.values():
        for finding in findings(facts):
            assert len(finding.advice) > 5
            assert str(NOW.year) not in finding.advice

"""What was found, as text: the cause in the first line, then what to do, then the facts. Pure."""

from collections.abc import Iterator, Sequence

from edge.diagnostics.causes import Finding
from edge.diagnostics.facts import Facts
from edge.diagnostics.findings import headline
from edge.diagnostics.sections import sections


def told(facts: Facts, found: Sequence[Finding]) -> Iterator[str]:
    """Lines without line ends; the first one names the cause."""
    yield headline(facts, found)
    for finding in found:
        code = f" [{finding.code}]" if finding.code else ""
        yield ""
        yield f"{finding.severity}: {finding.cause}{code}"
        yield f"  {finding.sentence}"
        yield f"  To do: {finding.advice}"
    for section in sections(facts):
        yield ""
        yield section.title
        for name, value in section.rows:
            yield f"  {name}: {value}"

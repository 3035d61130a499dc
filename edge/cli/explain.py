"""`vizora explain`: what a manifest shows at an instant, and why (CONTRACT section 6)."""

import argparse
import sys
from collections.abc import Iterator, Sequence

import msgspec

from edge.cli.manifest_file import add_arguments, instant, instant_argument, read
from edge.diagnostics.programme import local, told_item, told_source
from vizora.errors import VizoraError
from vizora.manifest.model import Manifest
from vizora.schedule.evaluate import Plan, plan, what_is_on
from vizora.schedule.model import Answer, ClockTrust
from vizora.schedule.sentences import explanation, sentence

DONE, FAILED = 0, 1
STANDARD_INPUT = "-"


def main(arguments: Sequence[str]) -> int:
    """Exit status: 0 done, 1 when the manifest or a line of the batch was refused, 2 wrong use."""
    asked = _parser().parse_args(arguments)
    batch = asked.at == STANDARD_INPUT
    try:
        manifest = read(asked.manifest, asked.public_key)
        made = plan(manifest)
    except VizoraError as error:
        _fail(str(error), as_json=asked.json or batch)
        return FAILED
    if batch:
        return _explain_lines(made, asked.clock)
    answer = what_is_on(made, asked.at, clock=asked.clock)
    sys.stdout.write(_json(answer) if asked.json else "\n".join(told(manifest, answer)) + "\n")
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vizora explain", description="What a manifest shows at an instant, and why.")
    add_arguments(parser)
    parser.add_argument(
        "--at",
        type=lambda text: text if text == STANDARD_INPUT else instant_argument(text),
        required=True,
        metavar="INSTANT",
        help="as in 2026-03-29T02:30:00Z; - reads instants from standard input and prints a JSON object for each",
    )
    return parser


def _explain_lines(made: Plan, clock: ClockTrust) -> int:
    status = DONE
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        try:
            sys.stdout.write(_json(what_is_on(made, instant(line), clock=clock)))
        except ValueError as error:
            _fail(f"line {number}: {error}", as_json=True)
            status = FAILED
        sys.stdout.flush()
    return status


def _json(answer: Answer) -> str:
    return msgspec.json.encode(explanation(answer)).decode() + "\n"


def _fail(message: str, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(msgspec.json.encode({"error": message}).decode() + "\n")
    else:
        sys.stderr.write(f"vizora explain: {message}\n")


def told(manifest: Manifest, answer: Answer) -> Iterator[str]:
    """The answer in lines for people."""
    where = manifest.time_zone
    yield f"{local(where, answer.at)} in {where} ({answer.at.isoformat()}), clock {answer.clock}"
    yield f"On: {told_source(manifest, answer)}"
    for shown in answer.zones:
        yield f"  {shown.zone_id}: {told_item(manifest, shown)}"
    change = "never" if answer.next_change is None else local(where, answer.next_change)
    yield f"Next change: {change}"
    yield "Why:"
    for reason in answer.why:
        yield f"  {reason.outcome:<8} {reason.kind} {reason.id}: {sentence(reason, answer)}"

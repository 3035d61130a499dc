"""`vizora timeline`: what a manifest shows from one instant to another, conflicts and digest (CONTRACT section 6)."""

import argparse
import sys
from collections.abc import Iterator, Sequence

import msgspec

from edge.cli.manifest_file import add_arguments, instant_argument, read
from edge.diagnostics.programme import local, told_segment
from vizora.errors import VizoraError
from vizora.manifest.model import Manifest
from vizora.schedule.evaluate import plan
from vizora.schedule.timeline import Timeline, timeline

DONE, FAILED = 0, 1


def main(arguments: Sequence[str]) -> int:
    """Exit status: 0 done, 1 when the manifest was refused, 2 wrong use."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.start >= asked.end:
        parser.error("--to must be later than --from")
    try:
        manifest = read(asked.manifest, asked.public_key)
    except VizoraError as error:
        if asked.json:
            sys.stdout.write(msgspec.json.encode({"error": str(error)}).decode() + "\n")
        else:
            sys.stderr.write(f"vizora timeline: {error}\n")
        return FAILED
    found = timeline(plan(manifest), asked.start, asked.end, clock=asked.clock)
    text = msgspec.json.encode(found).decode() if asked.json else "\n".join(told(manifest, found))
    sys.stdout.write(text + "\n")
    return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vizora timeline", description="What a manifest shows, and when it changes.")
    add_arguments(parser)
    parser.add_argument("--from", dest="start", type=instant_argument, required=True, metavar="INSTANT")
    parser.add_argument("--to", dest="end", type=instant_argument, required=True, metavar="INSTANT")
    return parser


def told(manifest: Manifest, found: Timeline) -> Iterator[str]:
    """The timeline in lines for people."""
    yield f"Wall clock of {manifest.time_zone}"
    for segment in found.segments:
        times = f"{local(manifest.time_zone, segment.start)} to {local(manifest.time_zone, segment.end)}"
        yield f"{times}  {told_segment(manifest, segment)}"
    for conflict in found.conflicts:
        yield f"{conflict.kind} from {local(manifest.time_zone, conflict.start)}: {conflict.reason}"
    yield found.digest

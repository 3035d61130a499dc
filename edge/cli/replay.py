"""`vizora replay BUNDLE`: what a support bundle tells: what was wrong, what was on and why, judged anew here."""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from edge.cli import explain
from edge.cli import timeline as timeline_command
from edge.cli.manifest_file import instant_argument
from edge.diagnostics import bundle
from edge.diagnostics.bundle import Part
from edge.diagnostics.findings import findings
from edge.diagnostics.telling import told
from vizora.errors import OperatorError, VizoraError
from vizora.manifest import codec
from vizora.manifest.model import Manifest
from vizora.schedule.evaluate import Plan, plan, what_is_on
from vizora.schedule.model import Answer, Source
from vizora.schedule.sentences import explanation
from vizora.schedule.timeline import Timeline, timeline

DONE, FAILED = 0, 1


def main(arguments: Sequence[str]) -> int:
    """Exit status: 0 the replay says what the device said, 1 it doesn't or the bundle can't be read, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="vizora replay", description=__doc__)
    parser.add_argument("bundle", type=Path, metavar="BUNDLE", help="a file of vizora support-bundle")
    parser.add_argument(
        "--at", type=instant_argument, metavar="INSTANT", help="what was on then, instead of when it was made"
    )
    parser.add_argument("--json", action="store_true", help="for programs: one JSON object")
    asked = parser.parse_args(arguments)
    try:
        replayed = Replay(bundle.unpack(_data(asked.bundle)), asked.at)
    except VizoraError as error:
        sys.stderr.write(f"vizora replay: {asked.bundle}: {error}\n")
        return FAILED
    sys.stdout.write(replayed.document() + "\n" if asked.json else "\n".join(replayed.told()) + "\n")
    return DONE if replayed.agrees is not False else FAILED


class Replay:
    """The bundle's facts judged by this program's rules, and its manifest asked by this program's evaluator."""

    def __init__(self, made: Mapping[Part, bytes], at: datetime | None) -> None:
        self.about = bundle.about(made)
        self.found = findings(self.about.facts)
        self.manifest: Manifest | None = None
        self.agrees: bool | None = None
        """Whether the device, asked for the same instant and day, said the same; None: there is nothing to compare."""
        if Part.MANIFEST in made:
            self.manifest = codec.decode(made[Part.MANIFEST])
            self._replay(plan(self.manifest), bundle.told_programme(made), at)

    def _replay(self, made: Plan, said: bundle.Programme, at: datetime | None) -> None:
        self.answer: Answer = what_is_on(made, at or said.answer.at, clock=said.clock, unplayable=said.unplayable)
        self.day: Timeline = timeline(made, said.day_from, said.day_to, clock=said.clock, unplayable=said.unplayable)
        again = what_is_on(made, said.answer.at, clock=said.clock, unplayable=said.unplayable)
        self.agrees = _core(again) == (said.answer.source, said.answer.zones) and self.day.digest == said.digest

    def told(self) -> Iterator[str]:
        yield from told(self.about.facts, self.found)
        yield ""
        if self.manifest is None:
            yield "There is no manifest in the bundle: nothing to replay."
            return
        yield from explain.told(self.manifest, self.answer)
        yield ""
        yield from timeline_command.told(self.manifest, self.day)
        yield "The device said the same." if self.agrees else "The device said something else: send us this bundle."

    def document(self) -> str:
        whole: dict[str, Any] = {"about": self.about, "findings": self.found, "agrees": self.agrees}
        if self.manifest is not None:
            whole |= {"answer": explanation(self.answer), "timeline": self.day}
        return msgspec.json.encode(whole).decode()


def _core(answer: Answer) -> tuple[Source, tuple[Any, ...]]:
    return answer.source, answer.zones


def _data(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(bundle.MOST_PACKED + 1)
    except OSError as error:
        raise OperatorError(str(error.strerror or error)) from error

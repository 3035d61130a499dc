"""`vizora usb`: content for screens without a network, by a USB stick."""

import argparse
import json
import os
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import msgspec

from edge import config
from edge.cli.usb.cloud import CarryingCalls
from edge.cli.usb.export import Exported, export
from edge.cli.usb.taking import take
from edge.cli.usb.telling import Telling
from edge.clock import SystemClock
from edge.status import StickOutcome, StickStatus
from vizora.errors import VizoraError

DONE, FAILED, WRONG_USE = 0, 1, 2
VARIABLE = "VIZORA_API_TOKEN"
WELL = (StickOutcome.TAKEN, StickOutcome.NOTHING_NEW)


def main(arguments: Sequence[str], environ: Mapping[str, str] = os.environ) -> int:
    """Exit status: 0 done (for import: taken, or nothing new), 1 failed, 2 wrong use."""
    asked = _parser().parse_args(arguments)
    try:
        return _export(asked, environ) if asked.what == "export" else _import(asked, environ)
    except VizoraError as error:
        return _fail(asked, str(error))
    except OSError as error:
        return _fail(asked, f"{asked.folder} can't be written ({error.strerror or error})")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vizora usb", description=__doc__)
    parts = parser.add_subparsers(dest="what", required=True, metavar="{export,import}")
    out = parts.add_parser(
        "export",
        help="writes screens' content to a stick",
        epilog=f"{VARIABLE} holds a token of a manager or an admin.",
    )
    out.add_argument("folder", type=Path, help="where the stick is mounted; its content goes to FOLDER/vizora")
    out.add_argument("--cloud", type=_address, required=True, metavar="URL", help="as in https://signage.example")
    out.add_argument(
        "--screen", action="extend", nargs="+", required=True, metavar="ID-OR-NAME", help="whose content to take along"
    )
    into = parts.add_parser("import", help="lets this device take what a stick has for it")
    into.add_argument("folder", type=Path, help="where the stick is mounted")
    for one in (out, into):
        one.add_argument("--json", action="store_true", help="for programs: one JSON object a line")
    return parser


def _export(asked: argparse.Namespace, environ: Mapping[str, str]) -> int:
    token = environ.get(VARIABLE, "").strip()
    if not token:
        _fail(asked, f"{VARIABLE} is not set; allowed: a token for programs, made in the cloud under Account")
        return WRONG_USE
    if not asked.folder.is_dir():
        _fail(asked, f"{asked.folder} is no folder; allowed: where the stick is mounted")
        return WRONG_USE
    calls = CarryingCalls(asked.cloud, token)
    done = export(asked.folder, tuple(asked.screen), calls, SystemClock(), random.random, Telling(asked.json))
    told = json.dumps({"event": "end", **asdict(done)}) if asked.json else _summary(done)
    sys.stdout.write(told + "\n")
    return DONE


def _import(asked: argparse.Namespace, environ: Mapping[str, str]) -> int:
    said: list[str] = []

    def tell(status: StickStatus) -> None:
        if not asked.json and status.sentence not in said[-1:]:
            said.append(status.sentence)
            sys.stdout.write(status.sentence + "\n")
            sys.stdout.flush()

    status = take(asked.folder, config.load(environ).paths.cache_socket, SystemClock(), tell)
    sys.stdout.write((msgspec.json.encode(status).decode() if asked.json else status.sentence) + "\n")
    return DONE if status.outcome in WELL else FAILED


def _summary(done: Exported) -> str:
    removed = f", {done.removed} no longer needed removed" if done.removed else ""
    return (
        f"Ready: {_counted(done.screens, 'screen')}, {_counted(done.files, 'file')} ({done.bytes / 1e6:.1f} MB), "
        f"{done.fetched} fetched now{removed}. Unmount the stick before you pull it."
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _fail(asked: argparse.Namespace, sentence: str) -> int:
    if asked.json:
        sys.stdout.write(json.dumps({"error": sentence}) + "\n")
    else:
        sys.stderr.write(f"vizora usb {asked.what}: {sentence}\n")
    return FAILED


def _address(text: str) -> str:
    try:
        return config.cloud_address(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} {error}") from error

"""`python -m cloud …` and `vizora cloud …`: the cloud's command line (CONTRACT section 7)."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from cloud.garbage import uncollected
from vizora.errors import OperatorError

DONE, FAILED, WRONG_USE = 0, 1, 2


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="vizora cloud", description="The Vizora cloud.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="run the cloud until it is told to stop")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument("--port", type=_port, help="port to listen on; 0 takes a free one (default: API_PORT or 3000)")
    _data(serve)
    _data(commands.add_parser("worker", help="do the jobs of a cloud on PostgreSQL and Redis until told to stop"))
    _data(commands.add_parser("migrate", help="bring the database up to this version; `serve` does so by itself"))
    admin = commands.add_parser("create-admin", help="make an admin, or let one in again who can't sign in any more")
    admin.add_argument("--email", required=True)
    admin.add_argument("--organization", default="Vizora", help="name of a new account's organization")
    _data(admin)
    backup = commands.add_parser("backup", help="everything in one file, while the cloud runs")
    backup.add_argument("archive", type=Path, metavar="FILE", help="the file to write, as in vizora-2026-11-22.tar")
    _data(backup)
    restore = commands.add_parser("restore", help="a backup into an empty data folder")
    restore.add_argument("archive", type=Path, metavar="FILE")
    _data(restore)
    _organization(commands.add_parser("organization", help="how many screens and bytes each one may have"))
    _release(commands.add_parser("release", help="systems that screens are updated to"))
    rotate = commands.add_parser(
        "rotate-signing-key",
        help="another key for signing manifests: run it to announce one, and again to change over",
        description="Replaces the key that signs manifests. The first run announces a new key to the screens, the "
        "second changes over once every screen knows it; then the old key is destroyed. Exit status 1 while screens "
        "are still waited for.",
    )
    rotate.add_argument(
        "--now",
        action="store_true",
        help="change over at once, for a key that was stolen; screens that are away follow when they come back",
    )
    _data(rotate)
    check = commands.add_parser("check", help="is everything there, and whole? changes nothing")
    check.add_argument("--json", action="store_true", help="one JSON object")
    _data(check)
    return top


def _organization(command: argparse.ArgumentParser) -> None:
    verbs = command.add_subparsers(dest="verb", required=True, metavar="VERB")
    listing = verbs.add_parser("list", help="what each has and may have; also while the cloud runs")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    agree = verbs.add_parser("agree", help="what one may have from now on, whatever it pays")
    agree.add_argument("slug", metavar="SLUG", help="as `list` names it")
    agree.add_argument("--screens", metavar="N", help="as in 2000")
    agree.add_argument("--storage", metavar="SIZE", help="bytes, or as in 500GB")
    for verb in (listing, agree):
        _data(verb)


def _release(command: argparse.ArgumentParser) -> None:
    verbs = command.add_subparsers(dest="verb", required=True, metavar="VERB")
    add = verbs.add_parser("add", help="an update for screens; a rollout begins")
    add.add_argument("bundle", type=Path, metavar="FILE", help="as `vizora image build` makes it: vizora-….raucb")
    add.add_argument("--version", required=True, help="as it was built with")
    add.add_argument("--board", required=True, help="as it was built for")
    add.add_argument("--channel", choices=("stable", "beta"), default="stable", help="default: %(default)s")
    listing = verbs.add_parser("list", help="every release, and how far its rollout is; also while the cloud runs")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    withdraw = verbs.add_parser("withdraw", help="offers it no more; screens that have it keep it")
    resume = verbs.add_parser("resume", help="goes on with a rollout that halted")
    for verb in (withdraw, resume):
        verb.add_argument("version", metavar="VERSION")
        verb.add_argument("--board", required=True)
    for verb in (add, listing, withdraw, resume):
        _data(verb)


def _data(command: argparse.ArgumentParser) -> None:
    command.add_argument("--data", type=Path, help="data folder (default: VIZORA_DATA_DIR or ./var)")


def main(
    arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ, errors: TextIO | None = None
) -> int:
    """Exit status: 0 done, 1 failed, 2 wrong use or a wrong setting. A failure is one message, never a traceback."""
    errors = errors or sys.stderr
    try:
        given = parser().parse_args(arguments)
    except SystemExit as wrong:
        return wrong.code if isinstance(wrong.code, int) else WRONG_USE
    from cloud.config import load  # here, so that --help and wrong use answer at once
    from cloud.settings import WrongSettingsError

    try:
        if given.command == "serve":
            with uncollected():
                from cloud.serve import serve

            serve(load(environ, host=given.host, port=given.port, data_dir=given.data), sys.stdout)
        elif given.command == "worker":
            from cloud.jobs.process import work

            work(load(environ, data_dir=given.data), sys.stdout)
        else:
            from cloud.operations.commands import run

            return run(given, load(environ, data_dir=given.data), sys.stdout, errors)
    except WrongSettingsError as fault:
        print(f"vizora cloud: {fault}", file=errors)
        return WRONG_USE
    except OperatorError as fault:
        print(f"vizora cloud: {fault}", file=errors)
        return FAILED
    return DONE


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no port: a whole number from 0 (any free port) to 65535")

"""`vizora image build`: the command line of the builder."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from edge.clock import SystemClock
from image import boards, mirror, signing
from image.build import Options, build, default_cache
from image.progress import Progress
from vizora import __version__
from vizora.errors import OperatorError

DONE, FAILED = 0, 1


def main(arguments: Sequence[str]) -> int:
    """Exit status: 0 built, 1 something is missing or failed (said in one line), 2 wrong use."""
    asked = _parser().parse_args(arguments)
    try:
        options = _options(asked)
        files = build(options, lambda: mirror.of_this_machine(os.environ), Progress(SystemClock(), _say))
    except OperatorError as error:
        sys.stderr.write(f"image: {error}\n")
        return FAILED
    for path in files:
        sys.stdout.write(f"{path}  {path.stat().st_size / 1e6:.1f} MB\n")
    return DONE


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def _options(asked: argparse.Namespace) -> Options:
    board, cache = boards.load(asked.board), default_cache(os.environ)
    if bool(asked.signing_key) != bool(asked.signing_certificate):
        raise OperatorError(
            "--signing-key and --signing-certificate belong together; give both, or none for development"
        )
    if asked.signing_key:
        signer = signing.given(asked.signing_key, asked.signing_certificate)
    else:
        signer = signing.development(cache / "keys")
        _say("signed for development: give --signing-key and --signing-certificate for screens in the field")
    return Options(
        board=board,
        version=asked.version,
        out=asked.out or Path("build") / "image" / board.name,
        cache=cache,
        epoch=_epoch(),
        signer=signer,
        cloud_url=asked.cloud_url,
        download_url=asked.download_url,
        update_lock=asked.update_lock,
        level=asked.level,
    )


def _epoch() -> int:
    """SOURCE_DATE_EPOCH, else when the commit was made."""
    named = os.environ.get("SOURCE_DATE_EPOCH", "")
    if named.isdecimal():
        return int(named)
    told = subprocess.run(
        ["git", "-C", str(Path(__file__).parent), "log", "-1", "--format=%ct"], capture_output=True, check=False
    ).stdout.strip()
    if not told.isdigit():
        raise OperatorError("this is no git repository; set SOURCE_DATE_EPOCH to the seconds since 1970 to build as of")
    return int(told)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vizora image")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    build = commands.add_parser("build", help="an image to flash and an update, in a folder of their own")
    build.add_argument("--board", required=True, choices=boards.names())
    build.add_argument("--version", default=__version__, help=f"how this build is called (default {__version__})")
    build.add_argument("--out", type=Path, help="the release folder (default build/image/BOARD)")
    build.add_argument("--cloud-url", default="http://127.0.0.1:3000", help="the cloud that screens belong to")
    build.add_argument("--download-url", default="", help="where the folder will be published, for Raspberry Pi Imager")
    build.add_argument("--signing-key", type=Path, help="PEM file of the key that signs updates")
    build.add_argument("--signing-certificate", type=Path, help="PEM file of its certificate, which screens will trust")
    build.add_argument("--update-lock", action="store_true", help="take in the packages the mirror has now")
    build.add_argument("--level", type=int, default=9, choices=range(1, 20), metavar="1-19", help="zstd on the root")
    return parser

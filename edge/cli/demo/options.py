"""What the demo was asked to do, checked before anything starts."""

import argparse
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vizora.errors import OperatorError

USUAL_PORT = 3000
PORTS_TO_TRY = 50
DEFAULT_DATA = Path("var/demo")


@dataclass(frozen=True, slots=True)
class Options:
    data: Path
    port: int
    headless: bool
    content: Path | None = None
    seconds: float | None = None
    screenshot: Path | None = None
    json: bool = False


def parse(arguments: Sequence[str], environ: Mapping[str, str]) -> Options:
    """Raises OperatorError naming the setting, its fault and what is allowed; SystemExit(2) on wrong use."""
    asked = _parser().parse_args(arguments)
    if asked.content is not None and not asked.content.is_dir():
        raise OperatorError(f"--content {asked.content}: not a folder; give a folder of pictures, videos or PDFs")
    if asked.seconds is not None and not 0 < asked.seconds <= 86_400 * 365:
        raise OperatorError(f"--seconds {asked.seconds:g}: must be more than 0 and at most a year")
    if asked.screenshot is not None and not asked.screenshot.absolute().parent.is_dir():
        raise OperatorError(f"--screenshot {asked.screenshot}: its folder does not exist")
    return Options(
        data=writable_folder(asked.data.absolute()),
        port=free_port(asked.port),
        headless=asked.headless or not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")),
        content=asked.content and asked.content.absolute(),
        seconds=asked.seconds,
        screenshot=asked.screenshot and asked.screenshot.absolute(),
        json=asked.json,
    )


def writable_folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / ".write-test"
        probe.write_bytes(b"vizora")
        probe.unlink()
    except OSError as fault:
        raise OperatorError(
            f"data folder {path}: {fault.strerror or fault}; give a folder you may write to with --data"
        ) from fault
    return path


def free_port(asked: int | None, usual: int = USUAL_PORT) -> int:
    """The port asked for, or the first free one from `usual` up. A port that was asked for is never replaced."""
    if asked is not None:
        if not 1 <= asked <= 65_535:
            raise OperatorError(f"--port {asked}: must be from 1 to 65535")
        if not _is_free(asked):
            raise OperatorError(f"--port {asked}: another program is using it; give a free one, or leave it out")
        return asked
    for port in range(usual, usual + PORTS_TO_TRY):
        if _is_free(port):
            return port
    raise OperatorError(f"ports {usual} to {usual + PORTS_TO_TRY - 1} are all taken; give one with --port")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vizora demo",
        description="Cloud and one paired player on this machine, with content on the glass.",
    )
    parser.add_argument("--headless", action="store_true", help="no window, even where there is a display")
    parser.add_argument("--content", type=Path, metavar="DIR", help="show what is in this folder")
    parser.add_argument("--seconds", type=float, metavar="N", help="end by itself after N seconds of playing")
    parser.add_argument("--screenshot", type=Path, metavar="FILE", help="keep a picture of the glass here (PNG)")
    parser.add_argument("--port", type=int, metavar="N", help="the cloud's port (default: 3000 or the next free one)")
    parser.add_argument(
        "--data", type=Path, metavar="DIR", default=DEFAULT_DATA, help="kept between runs (%(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser

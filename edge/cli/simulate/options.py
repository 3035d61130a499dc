"""What the fleet is to be, checked before anything starts."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from edge.config import cloud_address
from vizora.errors import OperatorError

MOST_DEVICES = 500
"""Each is a dozen threads and three connections."""


@dataclass(frozen=True, slots=True)
class Options:
    devices: int
    cloud_url: str
    seconds: float
    data: Path | None
    """None: in a folder that goes away with the fleet."""
    json: bool


def parse(arguments: Sequence[str]) -> Options:
    """Raises OperatorError naming option, fault and what is allowed; SystemExit(2) on wrong use."""
    asked = _parser().parse_args(arguments)
    if not 1 <= asked.devices <= MOST_DEVICES:
        raise OperatorError(f"--devices {asked.devices}: must be from 1 to {MOST_DEVICES}; for more, run several")
    if not 0 < asked.seconds <= 86_400 * 365:
        raise OperatorError(f"--seconds {asked.seconds:g}: must be more than 0 and at most a year")
    try:
        cloud_url = cloud_address(asked.cloud)
    except ValueError as error:
        raise OperatorError(f"--cloud {asked.cloud!r} {error}") from None
    if asked.data is not None:
        try:
            asked.data.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            raise OperatorError(f"--data {asked.data}: {fault.strerror}; give a folder you may write to") from fault
    return Options(asked.devices, cloud_url, asked.seconds, asked.data and asked.data.absolute(), asked.json)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vizora simulate",
        description="A fleet of screens on this machine: the real device code, without a renderer.",
        epilog="With an enrolment token in VIZORA_PAIRING_CODE the screens add themselves; "
        "without, each shows a code to be typed in the cloud. The device's other settings apply to each.",
    )
    parser.add_argument("--devices", type=int, required=True, metavar="N", help="how many screens")
    parser.add_argument("--cloud", required=True, metavar="URL", help="the cloud they belong to")
    parser.add_argument("--seconds", type=float, required=True, metavar="S", help="end after so long")
    parser.add_argument("--data", type=Path, metavar="DIR", help="keep them here: the next run goes on with them")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser

"""`vizora provision`: pairs the device, and again when it must; and its parts, each with a job of its own."""

import importlib
import logging
import os
import random
import signal
import sys
from collections.abc import Mapping, Sequence

from edge import problems, service_settings
from edge.cache.command_socket import CommandSocket
from edge.cache.worker import Inbox
from edge.clock import SystemClock
from edge.provision.calls import PairingCalls
from edge.provision.machine import about
from edge.provision.process import Provision
from edge.sdnotify import Notifier
from vizora.errors import OperatorError
from vizora.structs import know_all

PARTS = {
    "setup": "edge.provision.setup.command:main",
    "network": "edge.provision.network.command:main",
    "reset": "edge.provision.resetting:reset_main",
    "unpair": "edge.provision.resetting:unpair_main",
}


def main(arguments: Sequence[str], environ: Mapping[str, str] = os.environ) -> int:
    """One of the parts, or without a name the pairing."""
    if not arguments:
        return pair(environ)
    module, _, function = PARTS.get(arguments[0], "").partition(":")
    if not module:
        out = sys.stdout if arguments[0] in ("-h", "--help") else sys.stderr
        out.write(f"usage: vizora provision [{' | '.join(PARTS)}]\n{__doc__}\n")
        return 0 if out is sys.stdout else 2
    part: int = getattr(importlib.import_module(module), function)(arguments[1:], environ)
    return part


def pair(environ: Mapping[str, str]) -> int:
    """Runs until SIGTERM. Exit status 0: asked to end, 2: a wrong setting."""
    logging.basicConfig(level=logging.INFO, format="provision: %(message)s", stream=sys.stderr)
    try:
        config = service_settings.load(environ, logging.getLogger(__name__).warning)
    except OperatorError as error:
        sys.stderr.write(f"provision: {error}\n")
        return 2
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))  # every file is replaced whole: ending anywhere is in order
    know_all()  # before there are threads
    clock = SystemClock()
    notifier = Notifier(environ)
    provision = Provision(
        paths=config.paths,
        clock=clock,
        calls=PairingCalls(config.cloud_url),
        cloud_url=config.cloud_url,
        about=lambda: about(config.window),
        random_bytes=os.urandom,
        jitter=random.random,
        pairing_code=config.pairing_code,
        mistake=problems.of_settings(config.faults),
    )
    inbox = Inbox()
    try:
        CommandSocket(config.paths.provision_socket, inbox, {"leave": lambda _: provision.leave()}).start()
    except OSError as error:
        logging.getLogger(__name__).error("no command socket: %s", error)
    notifier.ready()
    while True:
        pause = provision.turn()
        notifier.watchdog()
        asked = inbox.get(pause)
        while asked is not None:
            asked()
            asked = inbox.get(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`vizora provision setup`: takes the setup files of the boot partition, before anything else of ours starts."""

import logging
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from edge.config import places
from edge.paths import DevicePaths
from edge.provision import reset
from edge.provision.arguments import Parser
from edge.provision.setup import boot_files, kept, system, taking
from edge.status import SetupKept, read_status

DONE, FAILED = 0, 1

log = logging.getLogger(__name__)


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Exit status 0: done, or nothing to do; 1: the storage failed, and the next start tries again."""
    parser = Parser("setup", __doc__)
    parser.add_argument("--boot", type=Path, default=Path("/bootsel"), help="where the boot partition is mounted")
    parser.add_argument("--connections", type=Path, default=Path("/etc/NetworkManager/system-connections"))
    parser.add_argument("--etc", type=Path, default=Path("/etc"))
    asked = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="setup: %(message)s", stream=sys.stderr)
    try:
        _make_folders(places(environ))
        now = take(places(environ), asked.boot, asked.connections)
    except OSError as error:
        log.error("%s; trying again with the next start", error)
        return FAILED
    system.apply(now, asked.etc)
    return DONE


def _make_folders(paths: DevicePaths) -> None:
    """Those that root writes and the services' user reads: systemd-tmpfiles makes none inside another user's folder."""
    for folder in (paths.setup, paths.network_choices.parent, paths.network_status.parent):
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)


def take(paths: DevicePaths, boot: Path, connections: Path) -> SetupKept:
    """Erases what is to be erased, takes what is to be taken, and answers what this screen knows now. Raises OSError.

    Kept on the data first, then off the card: after a cut in between, the same files are only taken off.
    """
    if reset.is_asked_for(paths) or boot_files.wants_reset(boot):
        log.warning("factory reset")
        reset.erase(paths, boot, connections)
        if boot_files.wants_reset(boot):
            boot_files.reset_done(boot)
    before = read_status(paths.setup_kept, SetupKept)
    files = boot_files.found(boot)
    if not files:
        return before or SetupKept()
    digest = taking.digest(files)
    taken = taking.read(files)
    if before is None or before.digest != digest:
        before = kept.keep(taken, digest, paths, connections, before)
        for fault in taken.faults:
            log.warning("%s", fault)
    boot_files.clear(boot, list(files), taking.report(taken))
    return before

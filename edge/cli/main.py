"""`vizora`: a table of commands, each imported only when it is asked for.

A command's module has `main(arguments) -> exit status`; a service's module is run as `python -m` would. Edge and cloud
never import each other, so the cloud's command line is handed over by name.
"""

import importlib
import runpy
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

DONE, FAILED, WRONG_USE = 0, 1, 2
INTERRUPTED = 130
OURS = ("vizora", "edge", "cloud", "image", "bench")


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    module: str
    summary: str
    service: bool = False


COMMANDS = (
    Command("demo", "edge.cli.demo.command", "a cloud and one screen on this machine, with content to see"),
    Command("cloud", "cloud.cli", "the cloud: serve, worker, backup, restore, check, create-admin, organization"),
    Command("player", "edge.player.__main__", "the device's service that owns the screen", service=True),
    Command("cache", "edge.cache.__main__", "the device's service that fetches and keeps", service=True),
    Command("provision", "edge.provision.__main__", "the device's service that pairs it", service=True),
    Command("diagnostics", "edge.diagnostics.__main__", "the device's page for support, and its door", service=True),
    Command("display", "edge.cli.display", "finds what to draw with, and runs a command on it"),
    Command("confirm-boot", "edge.update.confirm_boot", "keeps an updated system once it has shown frames"),
    Command("status", "edge.cli.status", "what this device is doing, from the files its services publish"),
    Command("doctor", "edge.cli.doctor", "what is wrong with this device, in its first line"),
    Command("screenshot", "edge.cli.screenshot", "a picture of what is really on the glass"),
    Command("usb", "edge.cli.usb.command", "content for screens without a network, by a USB stick"),
    Command("explain", "edge.cli.explain", "what a manifest shows at an instant, and why"),
    Command("simulate", "edge.cli.simulate.command", "a fleet of screens on this machine, without glass"),
    Command("bench", "bench.__main__", "the figures the documentation quotes, measured here (from a clone)"),
    Command("image", "image.cli", "the operating system image of a screen, built here"),
    Command("timeline", "edge.cli.timeline", "what a manifest shows from one instant to another"),
    Command("support-bundle", "edge.cli.support_bundle", "what support needs to know, in a file without secrets"),
    Command("replay", "edge.cli.replay", "what a support bundle tells: what was wrong, what was on and why"),
)


def main(arguments: Sequence[str] | None = None, commands: Sequence[Command] = COMMANDS) -> int:
    """Exit status: 0 done, 1 failed, 2 wrong use."""
    name, *rest = list(sys.argv[1:] if arguments is None else arguments) or [""]
    if name in ("-h", "--help", "help"):
        sys.stdout.write(usage(commands))
        return DONE
    if name == "--version":
        from vizora import __version__

        sys.stdout.write(f"vizora {__version__}\n")
        return DONE
    command = next((command for command in commands if command.name == name), None)
    if command is None:
        sys.stderr.write(_unknown(name, commands))
        return WRONG_USE
    if not _installed(command.module):
        sys.stderr.write(f"vizora {name}: not part of this installation; it needs the module {command.module}\n")
        return FAILED
    return _run(command, rest)


def usage(commands: Sequence[Command] = COMMANDS) -> str:
    """The list of commands; those that aren't part of this installation say so."""
    lines = [
        f"  {command.name:<14} {command.summary}{'' if _installed(command.module) else ' (not installed)'}"
        for command in commands
    ]
    return "\n".join(["usage: vizora COMMAND …", "", *lines, "", "vizora COMMAND --help tells more.", ""])


def _run(command: Command, rest: list[str]) -> int:
    try:
        if command.service:
            sys.argv = [f"vizora {command.name}", *rest]
            runpy.run_module(command.module, run_name="__main__")
            return DONE
        status: int = importlib.import_module(command.module).main(rest)
    except KeyboardInterrupt:
        return INTERRUPTED
    except ModuleNotFoundError as missing:  # a server has no screen's packages, and a screen no server's
        if (missing.name or "").partition(".")[0] in OURS:
            raise
        sys.stderr.write(f"vizora {command.name}: not part of this installation; it needs the module {missing.name}\n")
        return FAILED
    return status


def _unknown(name: str, commands: Sequence[Command]) -> str:
    if not name:
        return usage(commands)
    from difflib import get_close_matches

    near = get_close_matches(name, [command.name for command in commands], n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"vizora: {name!r} is not a command{hint}\n\n{usage(commands)}"


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


if __name__ == "__main__":
    sys.exit(main())

"""Which kernel modules the initrd takes along, in an order in which each finds what it needs."""

from collections.abc import Iterable, Mapping

from vizora.errors import OperatorError


def parse_dependencies(modules_dep: str) -> dict[str, tuple[str, ...]]:
    """`modules.dep`: a path, a colon, the paths it needs."""
    lines = (line.partition(":") for line in modules_dep.splitlines() if ":" in line)
    return {path: tuple(needed.split()) for path, _, needed in lines}


def name(path: str) -> str:
    """`kernel/fs/squashfs/squashfs.ko.xz` is `squashfs`; modprobe takes `-` for `_`."""
    return path.rpartition("/")[2].partition(".")[0].replace("-", "_")


def load_order(
    wanted: Iterable[str], dependencies: Mapping[str, tuple[str, ...]], builtin: Iterable[str]
) -> tuple[str, ...]:
    """Paths of the wanted modules and of all they need, needed ones first.

    What is built into the kernel is left out. Raises OperatorError naming every module the kernel doesn't have.
    """
    paths = {name(path): path for path in dependencies}
    inside = {name(path) for path in builtin}
    wanted = [one.replace("-", "_") for one in wanted]
    missing = [one for one in wanted if one not in paths and one not in inside]
    if missing:
        raise OperatorError(f"the kernel has no module {', '.join(missing)}; a board may name only what it has")
    order: dict[str, None] = {}

    def add(path: str) -> None:
        if path not in order:
            for needed in reversed(dependencies[path]):  # depmod lists the nearest first
                add(needed)
            order[path] = None

    for one in wanted:
        if one in paths:
            add(paths[one])
    return tuple(order)

"""Which RAUC understands which kernel: with a pair that doesn't fit a screen would refuse every update.

RAUC reads a bundle through dm-verity and asks the kernel how that device is. Since Linux 6.19 the answer `V` has a
second field (commit ae97648e14f7, "dm verity fec: Expose corrected block count via status"). RAUC before 1.15.1 takes
that for a fault (its issue 1842, mended by pull request 1846).
"""

import re
from collections.abc import Iterable

from image.lock import Package
from vizora.errors import OperatorError

SAYS_MORE = (6, 19)
"""The first kernel whose answer has two fields."""
UNDERSTANDS = (1, 15, 1)
"""The first RAUC that reads both."""
_UPSTREAM = re.compile(r"(?:\d+:)?(\d+(?:\.\d+)*)")


def check(packages: Iterable[Package]) -> None:
    """Raises OperatorError naming the kernel and the RAUC that don't fit, and which would."""
    packages = tuple(packages)
    kernels = [package for package in packages if package.name.startswith("linux-image-")]
    for rauc in (package for package in packages if package.name == "rauc"):
        for kernel in kernels:
            if upstream(kernel.version) >= SAYS_MORE and upstream(rauc.version) < UNDERSTANDS:
                raise OperatorError(
                    f"{kernel.name} {kernel.version} with rauc {rauc.version}: a screen would refuse every update, "
                    f"because RAUC before {_text(UNDERSTANDS)} does not understand what Linux says of dm-verity since "
                    f"{_text(SAYS_MORE)}; allowed: a kernel before {_text(SAYS_MORE)}, or RAUC {_text(UNDERSTANDS)} "
                    "or later. image/boards says where a board's packages come from"
                )


def upstream(version: str) -> tuple[int, ...]:
    """The upstream part of a Debian version in numbers: `1:7.3.4-1~bpo13+1` is 7, 3, 4."""
    match = _UPSTREAM.match(version)
    assert match is not None, version
    return tuple(map(int, match[1].split(".")))


def _text(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))

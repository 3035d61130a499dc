"""Where Debian's packages come from: what this machine's apt uses, or what the environment says. Never this file."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from image.boards import Board
from image.commands import run
from vizora.errors import OperatorError

SUITE, NEXT = "trixie", "forky"
COMPONENTS = "main non-free-firmware"
MIRROR, SECURITY = "VIZORA_IMAGE_MIRROR", "VIZORA_IMAGE_SECURITY_MIRROR"
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


@dataclass(frozen=True, slots=True)
class Mirror:
    main: str
    security: str

    def sources(self, board: Board) -> list[str]:
        """Lines of a sources.list."""
        suites = [(self.main, SUITE), (self.main, f"{SUITE}-updates"), (self.security, f"{SUITE}-security")]
        if board.backports:
            suites.append((self.main, f"{SUITE}-backports"))
        lines = [f"deb [signed-by={KEYRING}] {address} {suite} {COMPONENTS}" for address, suite in suites]
        if board.testing:  # some mirrors renew its list rarely; the lock says what is taken
            lines.append(f"deb [signed-by={KEYRING} check-valid-until=no] {self.main} {NEXT} {COMPONENTS}")
        return lines


def preferences(board: Board) -> str:
    """apt's own: of the next release the named packages are taken, and nothing they might draw after them."""
    if not board.testing:
        return ""
    pins = ((" ".join(board.testing), 990), ("*", -1))
    return "\n".join(f"Package: {names}\nPin: release n={NEXT}\nPin-Priority: {rank}\n" for names, rank in pins)


def of_this_machine(environ: Mapping[str, str], ask: Callable[..., bytes] = run) -> Mirror:
    """Raises OperatorError when neither apt nor the environment names a mirror of Debian."""
    named = Mirror(environ.get(MIRROR, ""), environ.get(SECURITY, ""))
    if named.main and named.security:
        return named
    listed = ask("apt-get", "indextargets", "--format", "$(ORIGIN) $(RELEASE) $(REPO_URI)", "Created-By: Packages")
    known = chosen(listed.decode().splitlines())
    mirror = Mirror(named.main or known.main, named.security or known.security)
    if not mirror.main or not mirror.security:
        missing = ", ".join(name for name, value in ((MIRROR, mirror.main), (SECURITY, mirror.security)) if not value)
        raise OperatorError(f"this machine's apt knows no mirror of Debian; set {missing} to the address of one")
    return mirror


def chosen(targets: Iterable[str]) -> Mirror:
    """From apt's `origin release address` lines: Debian's own, whatever release this machine itself runs."""
    main = security = ""
    for line in targets:
        origin, _, rest = line.partition(" ")
        release, _, address = rest.partition(" ")
        if origin != "Debian":
            continue
        if release.endswith("-security"):
            security = security or address
        elif "-" not in release:
            main = main or address
    return Mirror(main, security)

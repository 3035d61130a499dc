"""What we lay over Debian: our code with its Python packages, our units and settings, who may update us."""

from pathlib import Path

from image import tree
from image.base import Base
from image.boards import Board
from image.bundle import system_conf
from image.target_python import VERSION
from image.tree import Node, Tree, file, folder, link
from image.units import enabled, masks

REPOSITORY = Path(__file__).parent.parent
ROOTFS = Path(__file__).parent / "rootfs"
UNITS = REPOSITORY / "systemd"
CODE = ("vizora", "edge")
ENVIRONMENT = "opt/vizora"
SITE_PACKAGES = f"{ENVIRONMENT}/lib/python{VERSION}/site-packages"
UNIT_FOLDER = "usr/lib/systemd/system/"
PLACES = {
    "vizora.preset": "usr/lib/systemd/system-preset/80-vizora.preset",
    "vizora.sysusers": "usr/lib/sysusers.d/vizora.conf",
    "vizora.tmpfiles": "usr/lib/tmpfiles.d/vizora.conf",
    "vizora.dnsmasq": "etc/NetworkManager/dnsmasq-shared.d/vizora.conf",
    "vizora.networkmanager": "etc/NetworkManager/conf.d/vizora-network.conf",
}
"""Where the files of systemd/ that are no units lie on a device."""
OURS = "enable vizora-data.service\nenable vizora-identity-copy.path\nenable vizora-update.path\n"
"""Beside what systemd/vizora.preset enables."""
USER_ID = 970
"""Fixed: what the user owns on the data partition must be its own after an update too."""


def overlay(base: Base, board: Board, version: str, certificate: bytes, packages: Path, code: Path) -> dict[str, Node]:
    """Everything of ours in the root file system.

    `packages` and `code`: folders with compiled Python, as they are to lie in site-packages.
    """
    laid = {
        **tree.read(ROOTFS),
        **_services(),
        **_user(base),
        **_environment(),
        **tree.read(packages, SITE_PACKAGES, left_out=()),
        **tree.read(code, SITE_PACKAGES, left_out=()),
        "usr/lib/vizora/board.toml": file(board_file(board, version).encode()),
        "etc/rauc/system.conf": file(system_conf(board).encode()),
        "etc/rauc/keyring.pem": file(certificate),
        "etc/os-release": file(os_release(board, version).encode()),
        "etc/systemd/system/default.target": link("/usr/lib/systemd/system/multi-user.target"),
        **{name: folder() for name in ("bootsel", "data", "var/lib/vizora")},
    }
    return tree.with_folders(laid | starting(laid))


def starting(laid: Tree) -> dict[str, Node]:
    """The links and masks that decide what runs."""
    units = {
        name.removeprefix(UNIT_FOLDER): node.data.decode()
        for name, node in laid.items()
        if name.startswith(UNIT_FOLDER) and node.kind == tree.FILE and name.count("/") == UNIT_FOLDER.count("/")
    }
    return enabled(units, laid[PLACES["vizora.preset"]].data.decode() + OURS) | masks()


def _services() -> dict[str, Node]:
    named = {name: node for name, node in tree.read(UNITS).items() if node.kind == tree.FILE}
    return {PLACES.get(name, f"{UNIT_FOLDER}{name}"): node for name, node in named.items()}


def _user(base: Base) -> dict[str, Node]:
    """The services' user, there from the start: systemd-sysusers need not run."""
    lines = {
        "etc/passwd": f"vizora:x:{USER_ID}:{USER_ID}:Vizora:/var/lib/vizora:/usr/sbin/nologin\n",
        "etc/group": f"vizora:x:{USER_ID}:\n",
    }
    return {name: file(base.read(name) + line.encode()) for name, line in lines.items()}


def board_file(board: Board, version: str) -> str:
    """What edge/update/machine.py reads."""
    return f'name = "{board.name}"\nboot = "{board.boot}"\nversion = "{version}"\n'


def os_release(board: Board, version: str) -> str:
    return (
        f'PRETTY_NAME="Vizora {version}"\nNAME="Vizora"\nID=vizora\nID_LIKE=debian\n'
        f'VERSION_ID="{version}"\nVARIANT_ID="{board.name}"\n'
    )


def _environment() -> dict[str, Node]:
    """A virtual environment is these three things."""
    return {
        f"{ENVIRONMENT}/pyvenv.cfg": file(f"home = /usr/bin\nversion = {VERSION}\n".encode()),
        f"{ENVIRONMENT}/bin/python": link(f"/usr/bin/python{VERSION}"),
        f"{ENVIRONMENT}/bin/python3": link("python"),
    }

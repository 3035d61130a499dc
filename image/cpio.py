"""The archive a Linux kernel unpacks as its first file system ("newc", the kernel's buffer-format.rst)."""

from image.tree import FOLDER, Node, Tree


def archive(tree: Tree, mtime: int) -> bytes:
    """Sorted by name, so that folders come before what is in them."""
    parts = [_entry(number, name, tree[name], mtime) for number, name in enumerate(sorted(tree), start=1)]
    parts.append(_entry(0, "TRAILER!!!", Node(0), 0))
    whole = b"".join(parts)
    return whole + b"\0" * (-len(whole) % 512)


def _entry(inode: int, name: str, node: Node, mtime: int) -> bytes:
    named = name.encode() + b"\0"
    links = 2 if node.kind == FOLDER else 1
    fields = (inode, node.mode, 0, 0, links, mtime, len(node.data), 0, 0, 0, 0, len(named), 0)
    head = b"070701" + b"".join(b"%08x" % field for field in fields) + named
    return _padded(head) + _padded(node.data)


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)

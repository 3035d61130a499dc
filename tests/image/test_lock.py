import pytest

from image.lock import Package, differences, digest, parse, write
from vizora.errors import OperatorError

BASH = Package("bash", "5.2-1", "amd64", "a" * 64)
SYSTEMD = Package("systemd", "257.1", "amd64", "b" * 64)


def test_a_lock_that_was_written_is_read_again_sorted() -> None:
    assert parse(write([SYSTEMD, BASH])) == (BASH, SYSTEMD)


def test_a_lock_holds_no_address() -> None:
    assert "://" not in write([BASH, SYSTEMD])


def test_a_line_that_is_no_package_is_named() -> None:
    with pytest.raises(OperatorError, match=r"line 2 of the lock, 'bash 5.2', is no package; allowed: Debian packages"):
        parse("# head\nbash 5.2\n")


def test_what_moved_at_the_mirror_is_told_by_name() -> None:
    newer = Package("bash", "5.3-1", "amd64", "c" * 64)
    rebuilt = Package("systemd", "257.1", "amd64", "d" * 64)
    added = Package("zlib1g", "1.3", "amd64", "e" * 64)

    told = [str(difference) for difference in differences([BASH, SYSTEMD], [newer, rebuilt, added])]

    assert told == [
        "bash: 5.2-1 in the lock, 5.3-1 at the mirror",
        "systemd: 257.1 in both, but with other bytes",
        "zlib1g: not in the lock, the mirror has 1.3",
    ]
    assert str(differences([BASH], [])[0]) == "bash: 5.2-1 in the lock, not needed by what the mirror has"


def test_the_digest_knows_the_packages_and_the_recipe_and_no_order() -> None:
    assert digest([BASH, SYSTEMD], "1") == digest([SYSTEMD, BASH], "1")
    assert len({digest([BASH], "1"), digest([BASH], "2"), digest([SYSTEMD], "1"), digest([BASH], "1", "")}) == 4

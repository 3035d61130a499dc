import pytest

from image import boards, debian
from image.lock import Package
from image.mirror import Mirror, chosen, of_this_machine, preferences
from vizora.errors import OperatorError

APT = [
    "Debian bookworm ftp://mirror.test/debian/",
    "Debian bookworm-updates ftp://mirror.test/debian/",
    "Debian bookworm-security ftp://mirror.test/security/",
    "Somebody bookworm ftp://other.test/",
]


def test_the_mirror_is_the_one_this_machine_uses_whatever_release_it_runs() -> None:
    assert chosen(APT) == Mirror("ftp://mirror.test/debian/", "ftp://mirror.test/security/")


def test_the_environment_wins_over_the_machine() -> None:
    named = {"VIZORA_IMAGE_MIRROR": "ftp://mine.test/debian"}

    assert of_this_machine(named, lambda *_: "\n".join(APT).encode()).main == "ftp://mine.test/debian"


def test_a_machine_without_debian_is_told_what_to_set() -> None:
    with pytest.raises(OperatorError, match="set VIZORA_IMAGE_MIRROR, VIZORA_IMAGE_SECURITY_MIRROR to the address"):
        of_this_machine({}, lambda *_: b"Ubuntu noble ftp://other.test/\n")


def test_backports_are_asked_only_for_boards_that_need_them() -> None:
    mirror = Mirror("M", "S")

    assert not any("backports" in line for line in mirror.sources(boards.load("x86-64")))
    assert any(" M trixie-backports " in line for line in mirror.sources(boards.load("rpi")))


def test_of_the_next_release_only_the_named_packages_can_come_and_only_where_a_board_names_some() -> None:
    mirror, pi = Mirror("M", "S"), boards.load("rpi")

    assert any(" M forky " in line for line in mirror.sources(pi))
    assert preferences(pi) == (
        "Package: rauc rauc-service libnl-3-200 libnl-genl-3-200 libnl-route-3-200\n"
        "Pin: release n=forky\nPin-Priority: 990\n\n"
        "Package: *\nPin: release n=forky\nPin-Priority: -1\n"
    )
    assert not any("forky" in line for line in mirror.sources(boards.load("x86-64")))
    assert preferences(boards.load("x86-64")) == ""


def test_packages_are_read_from_apts_records_in_the_versions_asked_for() -> None:
    record = "Package: bash\nVersion: {}\nArchitecture: amd64\nSHA256: {}\nDescription: a shell\n more: text\n"
    records = "\n".join(
        [record.format("5.2", "a" * 64), record.format("5.3", "b" * 64), record.format("5.2", "a" * 64)]
    )

    assert debian.from_records(records, {"bash": "5.2"}) == (Package("bash", "5.2", "amd64", "a" * 64),)

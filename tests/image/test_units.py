from image.tree import link
from image.units import enabled, masks

PLAYER = "[Unit]\nDescription=x\nWantedBy=nobody.target\n[Install]\nWantedBy=multi-user.target graphical.target\n"
WATCHED = "[Install]\nRequiredBy=local-fs.target\nAlias=data.service\n"
HERE = "/usr/lib/systemd/system"
FOLDER = "etc/systemd/system"


def test_an_enabled_unit_is_linked_where_its_install_section_says() -> None:
    links = enabled({"vizora-player.service": PLAYER, "vizora-data.service": WATCHED}, "enable vizora-*.service")

    assert links == {
        f"{FOLDER}/multi-user.target.wants/vizora-player.service": link(f"{HERE}/vizora-player.service"),
        f"{FOLDER}/graphical.target.wants/vizora-player.service": link(f"{HERE}/vizora-player.service"),
        f"{FOLDER}/local-fs.target.requires/vizora-data.service": link(f"{HERE}/vizora-data.service"),
        f"{FOLDER}/data.service": link(f"{HERE}/vizora-data.service"),
    }


def test_the_first_line_of_the_preset_that_fits_counts() -> None:
    preset = "# comment\ndisable vizora-player.service\nenable vizora-*"

    assert enabled({"vizora-player.service": PLAYER}, preset) == {}


def test_a_unit_no_preset_speaks_of_stays_off() -> None:
    assert enabled({"other.service": PLAYER}, "enable vizora-*") == {}


def test_what_is_masked_leads_nowhere() -> None:
    assert masks()[f"{FOLDER}/ldconfig.service"] == link("/dev/null")
    assert masks()["etc/systemd/system-generators/systemd-ssh-generator"] == link("/dev/null")

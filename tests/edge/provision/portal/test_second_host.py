"""The portal from a second host: its own network stack, its own name service, the service as a real process."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.edge.diagnostics.namespaces import PEER, inside

HOTSPOT = PEER + "ip addr add 10.42.0.1/24 dev v0\nthere ip addr add 10.42.0.2/24 dev p0\n"
MAIN = [sys.executable, "-m", "tests.edge.provision.portal.hotspot"]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a phone saw, and what the screen said, from the first start until it is online."""
    folder = tmp_path_factory.mktemp("hotspot")
    found: dict[str, Any] = json.loads(_run(folder))
    return found


def _run(folder: Path) -> str:
    return inside(f"{HOTSPOT}set -- \"$@\" $peer '{folder}'\n", MAIN, {}).splitlines()[-1]


def test_the_hotspot_comes_with_the_reason_and_a_code_to_join_it(seen: dict[str, Any]) -> None:
    offered = seen["offered"]

    assert offered["problem"]["code"] == "VZ-103"
    assert offered["hotspot"]["link"].startswith(f"WIFI:T:WPA;S:{offered['hotspot']['name']};P:")


def test_every_name_is_this_screen_and_every_address_leads_to_its_page(seen: dict[str, Any]) -> None:
    assert seen["name"] == "10.42.0.1"
    assert (seen["detected"]["status"], seen["detected"]["to"]) == (302, "http://10.42.0.1/")


def test_a_phone_names_country_network_and_password(seen: dict[str, Any]) -> None:
    assert "Choose a Wi-Fi network" in seen["wrong"]["list"]
    assert "Look at the screen now" in seen["wrong"]["text"]
    assert seen["regulated"] == "reg set CH\n"


def test_a_wrong_password_brings_the_hotspot_back_with_the_reason_on_screen_and_page(seen: dict[str, Any]) -> None:
    assert seen["refused"]["problem"]["sentence"] == "“Shop” refused the password."
    assert "“Shop” refused the password." in seen["page"]["text"]
    assert "<strong>Shop</strong>" in seen["page"]["text"]
    assert seen["returned_s"] < 20


def test_the_right_one_ends_the_hotspot_and_is_remembered_alone(seen: dict[str, Any]) -> None:
    assert (seen["online"]["state"], seen["online"]["network"], seen["online"]["hotspot"]) == ("online", "Shop", None)
    assert seen["profiles"] == [["Shop", True]]

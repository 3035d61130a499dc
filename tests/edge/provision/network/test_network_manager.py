"""The service over a real bus: what it makes NetworkManager do, and what of that stays."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from edge import problems
from edge.http import Fault, UnreachableError
from edge.provision.network import country
from edge.provision.network.facts import Security, Wifi
from edge.provision.network.names import Ssid
from edge.provision.network.network_manager import ManagerError
from edge.status import NetworkState
from tests.edge.provision.network.bench import PASSWORD, SHOP, Bench, Page, bench
from tests.fakes.network_manager import ENTERPRISE, SAE, OnAir

HOSTILE = [b"\xff\xfe" * 16, b"\x1b]0;owned\x07", b"<img src=x>", "\u202egnihsihp".encode()]


def on_a_bench(folder: Path, story: Callable[[Bench], Awaitable[None]], **air: OnAir) -> None:
    async def run() -> None:
        async with bench(folder, **air) as made:
            await story(made)

    asyncio.run(run())


def test_networks_are_looked_for_before_the_hotspot_starts(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.until(NetworkState.OFFERING)
        await made.turns(2)
        status = made.status()

        changing = [name for name in made.fake.asked if name != "Set"]
        assert changing == ["RequestScan", "AddAndActivateConnection2"]
        assert made.fake.is_hotspot
        assert status.hotspot is not None
        assert f"S:{status.hotspot.name};P:{status.hotspot.password};" in status.hotspot.link
        assert [(network.ssid, network.security) for network in made.process.networks] == [
            (b"Strong", Security.WPA3),
            (SHOP, Security.WPA),
            (b"Firm", Security.ENTERPRISE),
            (b"Open", Security.OPEN),
        ]

    on_a_bench(
        tmp_path,
        story,
        Shop=OnAir(PASSWORD),
        Open=OnAir(strength=5),
        Strong=OnAir(PASSWORD, flags=SAE, strength=99, frequency=5180),
        Firm=OnAir("x" * 8, flags=ENTERPRISE, strength=20),
    )


def test_a_wrong_password_comes_back_with_its_reason_and_leaves_nothing_behind(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.until(NetworkState.OFFERING)
        offered = made.process.networks
        await made.process.choose(Wifi(Ssid(SHOP), "wrong password"))
        status = await made.until(NetworkState.OFFERING)
        await made.turns(2)

        assert status.problem is not None
        assert (status.problem.code, status.problem.sentence) == ("VZ-103", "“Shop” refused the password.")
        assert made.process.networks == offered
        assert made.fake.is_hotspot
        assert [profile.ssid for profile in made.fake.profiles.values() if not profile.is_hotspot] == []

    on_a_bench(tmp_path, story, Shop=OnAir(PASSWORD))


def test_the_right_one_is_joined_and_remembered_in_place_of_the_old_one(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        made.fake.knows(SHOP, "last year's password")
        await made.until(NetworkState.OFFERING)
        await made.turns(1)
        await made.process.choose(Wifi(Ssid(SHOP), PASSWORD))
        status = await made.until(NetworkState.ONLINE)

        assert (status.network, status.problem, status.hotspot) == ("Shop", None, None)
        assert made.fake.joined == SHOP
        (profile,) = made.fake.profiles.values()
        assert profile.is_saved
        assert profile.settings["802-11-wireless-security"]["psk"].value == PASSWORD

    on_a_bench(tmp_path, story, Shop=OnAir(PASSWORD))


def test_a_failed_attempt_leaves_the_known_network_as_it_was(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        made.fake.knows(b"Home", PASSWORD)
        await made.until(NetworkState.OFFERING)
        await made.process.choose(Wifi(Ssid(SHOP), "wrong password"))
        await made.until(NetworkState.OFFERING)

        stations = [profile for profile in made.fake.profiles.values() if not profile.is_hotspot]
        assert [(profile.ssid, profile.is_saved) for profile in stations] == [(b"Home", True)]

    on_a_bench(tmp_path, story, Shop=OnAir(PASSWORD))


def test_an_access_point_without_addresses_and_one_that_vanished_are_told_apart(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.until(NetworkState.OFFERING)
        await made.process.choose(Wifi(Ssid(SHOP), PASSWORD))
        await made.turns(2)
        made.fake.no_lease()
        without_address = await made.until(NetworkState.OFFERING)
        await made.process.choose(Wifi(Ssid(b"Gone"), PASSWORD))
        vanished = await made.until(NetworkState.OFFERING)

        assert without_address.problem is not None
        assert vanished.problem is not None
        assert (without_address.problem.code, vanished.problem.code) == ("VZ-102", "VZ-115")

    on_a_bench(tmp_path, story, Shop=OnAir(PASSWORD, gives_address=False))


def test_the_hotspot_goes_when_a_cable_comes(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        await made.until(NetworkState.OFFERING)
        await made.turns(2)
        made.fake.plug()
        status = await made.until(NetworkState.ONLINE)

        assert (status.hotspot, status.problem) == (None, None)
        assert not made.fake.is_hotspot
        assert made.fake.profiles == {}

    on_a_bench(tmp_path, story)


def test_a_known_network_is_tried_again_when_nobody_uses_the_hotspot(tmp_path: Path) -> None:
    """A router that starts more slowly than the screen, after a power cut."""

    async def story(made: Bench) -> None:
        made.fake.knows(SHOP, PASSWORD)
        await made.until(NetworkState.OFFERING)
        made.fake.air[SHOP] = OnAir(PASSWORD)
        status = await made.until(NetworkState.ONLINE)

        assert status.network == "Shop"

    on_a_bench(tmp_path, story)


def test_what_the_cloud_says_over_the_network_is_told(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        made.answer = problems.unreachable("https://signs.example", UnreachableError(Fault.NAME, ""))
        made.fake.plug()
        await made.until(NetworkState.ONLINE)
        for _ in range(100):
            await made.turns(1)
            await asyncio.sleep(0.01)
            if made.status().problem:
                break
        said = made.status().problem
        assert said is not None
        assert said.code == "VZ-105"

        made.answer = None
        for _ in range(100):
            await made.turns(1)
            await asyncio.sleep(0.01)
            if made.status().problem is None:
                return
        raise AssertionError("it never noticed")

    on_a_bench(tmp_path, story)


@pytest.mark.parametrize("ssid", HOSTILE)
def test_hostile_names_are_listed_joined_and_told_without_acting(tmp_path: Path, ssid: bytes) -> None:
    async def story(made: Bench) -> None:
        made.fake.air[ssid] = OnAir(PASSWORD)
        await made.until(NetworkState.OFFERING)
        (network,) = made.process.networks
        await made.process.choose(Wifi(network.ssid, PASSWORD))
        status = await made.until(NetworkState.ONLINE)

        assert made.fake.joined == ssid
        assert status.network is not None
        assert status.network.isprintable()

    on_a_bench(tmp_path, story)


def test_the_page_is_there_exactly_while_the_hotspot_is(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        page, ending = Page(), asyncio.Event()
        running = asyncio.create_task(made.process.run(page, ending))

        async def until(condition: Callable[[], bool]) -> None:
            for _ in range(6000):
                if condition():
                    return
                made.clock.pass_time(1)
                made.process.wake.set()
                await asyncio.sleep(0.01)
            raise AssertionError(made.status())

        await until(lambda: page.is_running)
        assert made.fake.is_hotspot
        made.fake.plug()
        await until(lambda: not page.is_running)
        made.fake.unplug()
        await until(lambda: page.is_running)
        ending.set()
        await asyncio.wait_for(running, 60)

        assert page.starts == 2
        assert not page.is_running
        assert not made.fake.is_hotspot

    on_a_bench(tmp_path, story)


def test_the_country_is_told_to_the_kernel_and_kept(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        assert made.process.country is None
        await made.process.choose_country("CH")

        assert made.regulated == ["CH"]
        assert made.process.country == "CH"

    on_a_bench(tmp_path, story)


@pytest.mark.parametrize(
    "refused", ["RequestScan", "AddAndActivateConnection2", "Save", "Delete", "DeactivateConnection"]
)
def test_what_networkmanager_will_not_do_ends_nothing(tmp_path: Path, refused: str) -> None:
    async def story(made: Bench) -> None:
        made.fake.refuses.add(refused)
        await made.until(NetworkState.OFFERING)
        await made.process.choose(Wifi(Ssid(SHOP), PASSWORD))
        await made.turns(60)
        made.fake.refuses.clear()
        made.fake.plug()

        assert (await made.until(NetworkState.ONLINE)).problem is None

    on_a_bench(tmp_path, story, Shop=OnAir(PASSWORD))


def test_without_networkmanager_it_says_so_and_goes_on_looking(tmp_path: Path) -> None:
    async def story(made: Bench) -> None:
        made.fake.refuses.add("GetManagedObjects")
        with pytest.raises(ManagerError, match="GetManagedObjects: NetworkManager says"):
            await made.manager.look()
        await made.turns(3)
        made.fake.refuses.clear()
        made.fake.plug()

        await made.until(NetworkState.ONLINE)

    on_a_bench(tmp_path, story)


def test_a_service_that_takes_any_failure_for_a_password_would_be_found(tmp_path: Path) -> None:
    """The broken twin: it doesn't hear the reason a device gives when it fails."""

    async def story(made: Bench) -> None:
        made.manager._state_changed = lambda *_: None  # type: ignore[method-assign]
        await made.until(NetworkState.OFFERING)
        await made.process.choose(Wifi(Ssid(SHOP), "wrong password"))
        status = await made.until(NetworkState.OFFERING)

        assert status.problem is not None
        assert status.problem.code != "VZ-103"

    on_a_bench(tmp_path, story, Shop=OnAir(PASSWORD))


def test_the_setup_file_and_the_portal_agree_on_the_country(tmp_path: Path) -> None:
    """The newest word counts: the portal's, until a setup file says something else than before."""

    async def story(made: Bench) -> None:
        paths = made.paths
        paths.setup.mkdir(parents=True)
        paths.setup_kept.write_text('{"country":"DE"}')
        country.choose(paths, "CH")
        assert country.known(paths) == "CH"
        paths.setup_kept.write_text('{"country":"AT"}')
        assert country.known(paths) == "AT"

    on_a_bench(tmp_path, story)


def test_every_country_has_a_code_and_a_name() -> None:
    assert country.countries()["CH"] == "Switzerland"
    assert len(country.countries()) > 240
    assert all(len(code) == 2 for code in country.countries())

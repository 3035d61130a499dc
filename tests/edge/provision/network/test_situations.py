"""What a person before the screen sees, its code, and what the device does next: a script for every situation.

Each script plays what NetworkManager would tell, a look a second; the cards are the player's own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from edge import problems
from edge.http import Fault, UnreachableError
from edge.player.cards.cards import Card, Message, Pairing, Stuck, WifiSetup, pairing_card
from edge.player.cards.network import network_card
from edge.provision import pairing
from edge.provision.network import machine
from edge.provision.network.facts import Cable, CloudAnswer, Failure, Network, Radio, Security, Seen, Wifi
from edge.provision.network.machine import Offering, State, Step
from edge.provision.network.names import Ssid
from edge.provision.network.process import status_of
from edge.status import Hotspot, PairingState, PairingStatus, Problem
from vizora.device_api import PairingStarted

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
SHOP = Ssid(b"Shop")
AIR = (Network(SHOP, 80, Security.WPA), Network(Ssid(b"Guests"), 40, Security.OPEN))
HOTSPOT = Hotspot("Vizora-AB23", "abcdefgh", "http://10.42.0.1", "WIFI:T:WPA;S:Vizora-AB23;P:abcdefgh;;", NOW)
CLOUD = "https://signs.example"


@dataclass
class Room:
    """A device, and what happens around it."""

    at: float = 100.0
    seen: Seen = field(default_factory=lambda: Seen(radio=Radio.IDLE))
    state: State = field(default_factory=lambda: machine.Looking(100.0))
    done: list[Step] = field(default_factory=list)
    """Since the last `then`."""
    provision: PairingStatus = field(default_factory=lambda: PairingStatus(PairingState.STARTING, NOW, CLOUD))

    def wait(self, seconds: int, **changes: object) -> "Room":
        """Something changes, and so many looks happen."""
        self.seen = replace(self.seen, **changes)  # type: ignore[arg-type]
        for _ in range(seconds):
            self.at += 1
            self._take(machine.look(self.state, self.seen, self.at))
        return self

    def then(self, seconds: int = 1, **changes: object) -> "Room":
        """As `wait`; only what is done from here on counts."""
        self.done.clear()
        return self.wait(seconds, **changes)

    def hotspot(self, **changes: object) -> "Room":
        """The first twenty seconds of a device that finds nothing, and its hotspot."""
        self.wait(20, **changes).wait(1, networks=AIR, scanned=1).wait(1, radio=Radio.HOTSPOT)
        assert isinstance(self.state, Offering)
        return self

    def choose(self, ssid: Ssid = SHOP) -> "Room":
        self.done.clear()
        self._take(machine.chosen(self.state, Wifi(ssid, "a password"), self.at))
        return self.wait(1, radio=Radio.JOINING, ssid=ssid, failure=None)

    def answer(self, problem: Problem | None) -> "Room":
        """The cloud's, to what was asked."""
        return self.wait(1, cloud=CloudAnswer(self.at, problem))

    def card(self) -> Card:
        of_network = network_card(status_of(self.state, self.seen, HOTSPOT), self.provision)
        return of_network or pairing_card(self.provision, NOW)

    def _take(self, following: machine.Next) -> None:
        self.state, steps = following
        self.done += steps


def code(card: Card) -> str | None:
    return card.problem.code if card.problem else None


def title(card: Card) -> str:
    match card:
        case Message():
            return "hotspot comes" if card.title == "Starting a Wi-Fi for your phone" else card.title
        case Stuck():
            return "slate"
        case WifiSetup():
            return "set up Wi-Fi"
        case Pairing():
            return "pairing"


def unreachable(fault: Fault) -> Problem:
    return problems.unreachable(CLOUD, UnreachableError(fault, "so it is"))


SIGN_IN, NO_NAME = unreachable(Fault.PORTAL), unreachable(Fault.NAME)
REFUSED, NO_TRUST = unreachable(Fault.REFUSED), unreachable(Fault.TLS)
ONLINE: dict[str, Any] = {"radio": Radio.ONLINE, "ssid": SHOP}


@dataclass(frozen=True)
class Situation:
    name: str
    script: Callable[[Room], Room]
    screen: str
    code: str | None
    does: tuple[str, ...] = ()
    """The names of the steps since the last `then` or `choose`, in order."""


SITUATIONS = [
    Situation(
        "a cable with an address",
        lambda r: r.wait(1, cable=Cable.ONLINE).then(),
        "Getting a pairing code",
        None,
        ("AskCloud",),
    ),
    Situation("nothing yet, just started", lambda r: r.wait(19), "Connecting to the network", None),
    Situation("no cable and no Wi-Fi in the device", lambda r: r.wait(25, radio=Radio.ABSENT), "slate", "VZ-101"),
    Situation("no cable and no Wi-Fi set up", lambda r: r.wait(20), "Looking for Wi-Fi networks", "VZ-101", ("Scan",)),
    Situation(
        "the networks are found",
        lambda r: r.wait(20).then(networks=AIR, scanned=1),
        "hotspot comes",
        "VZ-101",
        ("StartHotspot",),
    ),
    Situation("looking around never ends", lambda r: r.wait(20).then(10), "hotspot comes", "VZ-101", ("StartHotspot",)),
    Situation(
        "the hotspot doesn't come",
        lambda r: r.wait(20).wait(1, scanned=1).then(15),
        "hotspot comes",
        "VZ-101",
        ("StartHotspot",),
    ),
    Situation(
        "a cable without an address, and no Wi-Fi in the device",
        lambda r: r.wait(21, cable=Cable.PLUGGED, radio=Radio.ABSENT),
        "slate",
        "VZ-102",
    ),
    Situation(
        "a cable without an address",
        lambda r: r.hotspot(cable=Cable.PLUGGED),
        "set up Wi-Fi",
        "VZ-102",
        ("Scan", "StartHotspot"),
    ),
    Situation(
        "the cable gets its address later",
        lambda r: r.hotspot(cable=Cable.PLUGGED).then(cable=Cable.ONLINE),
        "Getting a pairing code",
        None,
        ("StopHotspot",),
    ),
    Situation(
        "a Wi-Fi it knows",
        lambda r: r.wait(5, knows_wifi=True, radio=Radio.JOINING, ssid=SHOP).wait(1, **ONLINE).then(),
        "Connected to “Shop”",
        None,
        ("AskCloud",),
    ),
    Situation(
        "a Wi-Fi it knows takes its time",
        lambda r: r.wait(44, knows_wifi=True, radio=Radio.JOINING),
        "Connecting to the network",
        None,
    ),
    Situation(
        "the Wi-Fi it knows is not in reach",
        lambda r: r.wait(45, knows_wifi=True),
        "Looking for Wi-Fi networks",
        "VZ-101",
        ("Scan",),
    ),
    Situation(
        "the Wi-Fi it knows has another password now",
        lambda r: r.wait(3, knows_wifi=True, ssid=SHOP).then(failure=Failure.PASSWORD),
        "Looking for Wi-Fi networks",
        "VZ-103",
        ("Scan",),
    ),
    Situation(
        "the Wi-Fi it knows gives no address",
        lambda r: r.wait(3, knows_wifi=True, ssid=SHOP, failure=Failure.NO_ADDRESS),
        "slate",
        "VZ-102",
    ),
    Situation(
        "a network was chosen", lambda r: r.hotspot().choose(), "Connecting to “Shop”", None, ("StopHotspot", "Join")
    ),
    Situation(
        "its password was wrong",
        lambda r: r.hotspot().choose().then(failure=Failure.PASSWORD),
        "hotspot comes",
        "VZ-103",
        ("Abandon", "StartHotspot"),
    ),
    Situation(
        "and its hotspot is there again",
        lambda r: r.hotspot().choose().wait(1, failure=Failure.PASSWORD).then(radio=Radio.HOTSPOT, failure=None),
        "set up Wi-Fi",
        "VZ-103",
    ),
    Situation(
        "it is not in reach any more",
        lambda r: r.hotspot().choose().then(failure=Failure.NOT_FOUND),
        "hotspot comes",
        "VZ-115",
        ("Abandon", "StartHotspot"),
    ),
    Situation(
        "it never answers",
        lambda r: r.hotspot().choose().then(17),
        "hotspot comes",
        "VZ-115",
        ("Abandon", "StartHotspot"),
    ),
    Situation(
        "it gives no address",
        lambda r: r.hotspot().choose().wait(1, radio=Radio.ASKING).then(40),
        "hotspot comes",
        "VZ-102",
        ("Abandon", "StartHotspot"),
    ),
    Situation(
        "it takes long over the address",
        lambda r: r.hotspot().choose().wait(1, radio=Radio.ASKING).then(30),
        "Connecting to “Shop”",
        None,
    ),
    Situation("it went well", lambda r: r.hotspot().choose().then(**ONLINE), "Connected to “Shop”", None, ("Keep",)),
    Situation(
        "a Wi-Fi with a sign-in page",
        lambda r: r.wait(2, **ONLINE).answer(SIGN_IN),
        "slate",
        "VZ-104",
        ("AskCloud",),
    ),
    Situation(
        "the same, for a minute",
        lambda r: r.wait(2, **ONLINE).wait(58).then().answer(SIGN_IN),
        "Looking for Wi-Fi networks",
        "VZ-104",
        ("Leave", "Scan"),
    ),
    Situation(
        "and its hotspot",
        lambda r: r.wait(60, **ONLINE).answer(SIGN_IN).wait(1, **ONLINE).then(radio=Radio.IDLE, scanned=1),
        "hotspot comes",
        "VZ-104",
        ("StartHotspot",),
    ),
    Situation(
        "a cable with a sign-in page",
        lambda r: r.wait(2, cable=Cable.ONLINE).wait(70).answer(SIGN_IN).then(10),
        "slate",
        "VZ-104",
        ("AskCloud",),
    ),
    Situation(
        "no name service",
        lambda r: r.wait(2, **ONLINE).answer(NO_NAME).then(10),
        "slate",
        "VZ-105",
        ("AskCloud",),
    ),
    Situation(
        "the clock is wrong",
        lambda r: r.wait(2, **ONLINE).answer(problems.clock_not_set(NOW)).then(10),
        "slate",
        "VZ-106",
        ("AskCloud",),
    ),
    Situation(
        "the cloud refuses",
        lambda r: r.wait(2, **ONLINE).answer(REFUSED).then(10),
        "slate",
        "VZ-107",
        ("AskCloud",),
    ),
    Situation(
        "the cloud's certificate is wrong",
        lambda r: r.wait(2, **ONLINE).answer(NO_TRUST).then(5),
        "slate",
        "VZ-107",
    ),
    Situation("the cloud answers", lambda r: r.wait(2, **ONLINE).answer(None).then(600), "Connected to “Shop”", None),
    Situation(
        "the cloud is back",
        lambda r: r.wait(2, **ONLINE).answer(REFUSED).wait(10).answer(None),
        "Connected to “Shop”",
        None,
        ("AskCloud", "AskCloud"),
    ),
    Situation(
        "a cable comes while the hotspot is there",
        lambda r: r.hotspot().then(cable=Cable.ONLINE),
        "Getting a pairing code",
        None,
        ("StopHotspot",),
    ),
    Situation(
        "a cable comes while a network is tried",
        lambda r: r.hotspot().choose().then(cable=Cable.ONLINE),
        "Getting a pairing code",
        None,
        ("Abandon",),
    ),
    Situation(
        "the cable is pulled out",
        lambda r: r.wait(2, cable=Cable.ONLINE).answer(None).then(cable=Cable.NONE),
        "Connecting to the network",
        None,
    ),
    Situation(
        "the cable is pulled out, and Wi-Fi is there",
        lambda r: r.wait(2, cable=Cable.ONLINE, **ONLINE).answer(None).wait(1, cable=Cable.NONE).then(2),
        "Connected to “Shop”",
        None,
        ("AskCloud",),
    ),
    Situation(
        "the Wi-Fi went away",
        lambda r: r.wait(2, **ONLINE).answer(None).then(radio=Radio.IDLE),
        "Connecting to the network",
        None,
    ),
    Situation(
        "nobody uses the hotspot, and a Wi-Fi is known",
        lambda r: r.wait(25, knows_wifi=True).hotspot().then(180),
        "slate",
        "VZ-101",
        ("StopHotspot", "Reconnect"),
    ),
    Situation(
        "somebody uses it",
        lambda r: r.wait(25, knows_wifi=True).hotspot().wait(170).then(100, portal_used_at=r.at),
        "set up Wi-Fi",
        "VZ-101",
    ),
    Situation("nobody uses it, and none is known", lambda r: r.hotspot().then(3600), "set up Wi-Fi", "VZ-101"),
    Situation("the Wi-Fi is unplugged", lambda r: r.hotspot().then(radio=Radio.ABSENT), "slate", "VZ-101"),
]


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_the_screen_the_code_and_the_next_step_are_right(situation: Situation) -> None:
    room = situation.script(Room())
    card = room.card()

    assert (title(card), code(card)) == (situation.screen, situation.code)
    assert tuple(type(step).__name__ for step in room.done) == situation.does


def test_there_are_enough_of_them() -> None:
    assert len(SITUATIONS) >= 25
    assert {situation.code for situation in SITUATIONS} >= {f"VZ-{n}" for n in range(101, 108)}


def test_a_machine_that_forgets_the_password_would_be_found() -> None:
    """The broken twin: to it every failure is just a failure."""
    room = Room().hotspot().choose().then(failure=Failure.OTHER)

    assert code(room.card()) != "VZ-103"


@pytest.mark.parametrize("failure", [Failure.PASSWORD, None])
def test_after_a_wrong_password_the_hotspot_is_back_within_twenty_seconds_with_its_list(
    failure: Failure | None,
) -> None:
    """Also from a network that keeps silent about it."""
    room = Room().hotspot()
    began = room.at
    room.choose()
    while not isinstance(room.state, Offering):
        room.wait(1, failure=failure)

    assert room.at - began <= 20
    assert room.state.networks == AIR


def test_somebody_may_ask_to_look_again_and_the_hotspot_makes_way_first() -> None:
    room = Room().hotspot()

    state, steps = machine.asked_to_scan(room.state, room.seen, room.at)

    assert [type(step).__name__ for step in steps] == ["StopHotspot", "Scan"]
    assert isinstance(state, machine.Scanning)


def test_what_is_chosen_without_a_hotspot_changes_nothing() -> None:
    room = Room().wait(2, **ONLINE)

    assert machine.chosen(room.state, Wifi(SHOP), room.at) == (room.state, ())
    assert machine.asked_to_scan(room.state, room.seen, room.at) == (room.state, ())


def test_no_scan_is_ever_asked_for_while_the_hotspot_is_there() -> None:
    """Over an hour of comings and goings: one radio can't do both."""
    room = Room(seen=Seen(radio=Radio.IDLE, knows_wifi=True))
    is_hotspot, scans = False, 0
    for second in range(3600):
        before = len(room.done)
        room.wait(1, scanned=second // 30, cable=Cable.ONLINE if second % 700 > 650 else Cable.NONE)
        for step in room.done[before:]:
            is_hotspot = {"StartHotspot": True, "StopHotspot": False}.get(type(step).__name__, is_hotspot)
            if isinstance(step, machine.Scan):
                scans += 1
                assert not is_hotspot
        room.seen = replace(room.seen, radio=Radio.HOTSPOT if is_hotspot else Radio.IDLE)

    assert scans > 5


# Pairing: the network is there, and it is the code that is in the way
STARTED = PairingStarted("d" * 43, "ABC234", f"{CLOUD}/pair", f"{CLOUD}/pair#code=ABC234", 300, 2)
WAITING = pairing.after(pairing.Starting(), pairing.CodeGiven(STARTED), 0.0, 0.5)
FOREIGN = Problem("VZ-109", "This screen belongs to another organization.")
USED_UP = pairing.Refused(Problem("VZ-108", "The code in this screen's settings won't do."), is_used_up=True)


@pytest.mark.parametrize(
    ("state", "event", "at", "shown", "said", "step"),
    [
        (WAITING, pairing.Pending(), 1.0, "pairing", None, "Pause"),
        (WAITING, pairing.Expired(), 60.0, "Getting a pairing code", None, "AskForCode"),
        (WAITING, pairing.Pending(), 301.0, "Getting a pairing code", None, "AskForCode"),
        (WAITING, pairing.Denied(), 60.0, "slate", "VZ-108", "Pause"),
        (pairing.Starting(), pairing.Failed(FOREIGN), 1.0, "slate", "VZ-109", "Pause"),
        (pairing.Redeeming("QRS789"), USED_UP, 1.0, "slate", "VZ-108", "Pause"),
        (pairing.Starting(), pairing.Failed(REFUSED), 1.0, "slate", "VZ-107", "Pause"),
        (WAITING, pairing.Failed(REFUSED), 1.0, "pairing", "VZ-107", "Pause"),
    ],
)
def test_a_code_that_is_in_the_way_is_said_and_gone_on_from(
    state: pairing.State, event: pairing.Event, at: float, shown: str, said: str | None, step: str
) -> None:
    following = pairing.after(state, event, at, 0.5)
    room = Room(provision=_status(following)).wait(2, cable=Cable.ONLINE).answer(None)

    assert (title(room.card()), code(room.card())) == (shown, said)
    assert type(pairing.next_step(following, at)).__name__ == step


def _status(state: pairing.State) -> PairingStatus:
    match state:
        case pairing.Waiting(started=started, problem=problem):
            status = PairingStatus(PairingState.WAITING, NOW, CLOUD, problem=problem)
            return msgspec.structs.replace(status, user_code=started.user_code)
        case pairing.Starting(problem=problem) | pairing.Redeeming(problem=problem):
            return PairingStatus(PairingState.FAILED if problem else PairingState.STARTING, NOW, CLOUD, problem=problem)
        case pairing.Granted():
            raise AssertionError("paired")

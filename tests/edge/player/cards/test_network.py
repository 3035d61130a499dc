"""What the screen says of its network: the hotspot's card and code, the attempt, the result; and over content."""

from datetime import timedelta

import msgspec
import pytest

from edge.player.cards.cards import Message, Stuck, WifiSetup
from edge.player.cards.drawing import draw
from edge.player.cards.network import hotspot_to_announce, network_card
from edge.provision.network.profiles import new_hotspot
from edge.status import Hotspot, NetworkState, NetworkStatus, PairingState, PairingStatus, Problem
from tests.edge.player.rig import START, Library, Rig, playing
from vizora.manifest.model import ContentType

HOTSPOT = new_hotspot(START)
REFUSED = Problem("VZ-103", "“Shop” refused the password.")
NAMELESS = Problem("VZ-103", "“" + r"\xff" * 32 + "” refused the password.")
PAIRING = PairingStatus(PairingState.STARTING, START, "https://signs.example")
SIZES = [(1920, 1080), (1080, 1920), (768, 432), (640, 480), (320, 1080), (160, 90)]


def network(state: NetworkState, **values: object) -> NetworkStatus:
    return NetworkStatus(START, state, **values)  # type: ignore[arg-type]


def test_the_hotspot_is_shown_with_its_password_its_code_and_the_reason() -> None:
    card = network_card(network(NetworkState.OFFERING, hotspot=HOTSPOT, problem=REFUSED), PAIRING)

    assert card == WifiSetup(HOTSPOT.name, HOTSPOT.password, "http://10.42.0.1", HOTSPOT.link, REFUSED)


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (network(NetworkState.LOOKING), Message, "Connecting to the network"),
        (network(NetworkState.LOOKING, problem=REFUSED), Stuck, "Wi-Fi password refused"),
        (network(NetworkState.SCANNING, problem=REFUSED), Message, "Looking for Wi-Fi networks"),
        (network(NetworkState.JOINING, network="Shop"), Message, "Connecting to “Shop”"),
        (network(NetworkState.ONLINE, network="Shop"), Message, "Connected to “Shop”"),
    ],
)
def test_each_state_has_its_card(status: NetworkStatus, kind: type, words: str) -> None:
    card = network_card(status, PAIRING)

    assert isinstance(card, kind)
    assert isinstance(card, Message | Stuck)
    assert card.title == words


def test_a_network_that_is_well_leaves_the_screen_to_the_pairing() -> None:
    waiting = msgspec.structs.replace(PAIRING, state=PairingState.WAITING)

    assert network_card(network(NetworkState.ONLINE, network="Shop"), waiting) is None
    assert network_card(None, PAIRING) is None


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("problem", [None, REFUSED, NAMELESS])
def test_the_card_keeps_its_edges_free(size: tuple[int, int], problem: Problem | None) -> None:
    """Whatever somebody called a network nearby."""
    picture = draw(WifiSetup(HOTSPOT.name, HOTSPOT.password, HOTSPOT.address, HOTSPOT.link, problem), size)

    right = [picture.get_at((size[0] - 2, y))[:3] for y in range(0, size[1], 3)]
    assert picture.get_size() == size
    assert all(max(colour) < 80 for colour in right) or min(size) < 432


def test_a_word_that_is_never_broken_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin."""
    monkeypatch.setattr("edge.player.cards.sheet._pieces", lambda _font, word, _width: [word])
    picture = draw(WifiSetup("n", "p", "a", "WIFI:;;", NAMELESS), (768, 432))

    assert any(max(picture.get_at((766, y))[:3]) > 80 for y in range(432))


def write(library: Library, status: NetworkStatus) -> None:
    library.paths.network_status.parent.mkdir(parents=True, exist_ok=True)
    library.paths.network_status.write_bytes(msgspec.json.encode(status))


def offered_until(seconds: float) -> Hotspot:
    return msgspec.structs.replace(HOTSPOT, announced_until=START + timedelta(seconds=seconds))


@pytest.mark.parametrize(("seconds", "is_shown"), [(600, True), (-1, False)])
def test_content_plays_on_and_the_hotspot_lies_over_it_for_a_while_after_the_start(
    library: Library, stills: dict[int, bytes], seconds: float, is_shown: bool
) -> None:
    library.publish(library.manifest((library.add(3, ContentType.IMAGE, stills[3]), 60_000)))
    write(library, network(NetworkState.OFFERING, hotspot=offered_until(seconds), problem=REFUSED))
    with playing(Rig(library)) as rig:
        rig.begin()
        over = [rig.colour(384, 370) for _ in rig.ticks(10)]

        assert rig.marker() == (3, 0)
        assert rig.player.show.card is None
    assert ((70, 90, 55) not in over) is is_shown


def test_a_screen_without_content_shows_the_card_alone(library: Library) -> None:
    write(library, network(NetworkState.OFFERING, hotspot=offered_until(600)))
    with playing(Rig(library)) as rig:
        rig.begin()

        assert isinstance(rig.player.show.card, WifiSetup)


def test_nobody_is_told_of_a_hotspot_that_is_not_there() -> None:
    assert hotspot_to_announce(None, START) is None
    assert hotspot_to_announce(network(NetworkState.ONLINE), START) is None

"""What the screen says in words: every stuck state, and to whom a screen was just added, with the way out of it."""

import json
import socket
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pygame
import pytest

from edge.player.cards.cards import STATES, Message, Stuck, stuck
from edge.player.cards.drawing import draw
from edge.player.keys import ask_aside
from edge.status import Problem
from tests.edge.player.rig import START, Library, Rig, playing
from vizora.manifest.model import ContentType

SIZES = [(1920, 1080), (1080, 1920), (768, 432)]
CODES = [*(f"VZ-{number}" for number in range(101, 113)), "VZ-115", "VZ-117", "VZ-121"]
WANTED = {"version": 1, "assets": 2, "assetsReady": 1, "bytes": 2, "bytesReady": 1}
LONG = "The network’s name service doesn’t know a-rather-long-name.signs.example. " * 2


def test_every_stuck_state_has_its_slate() -> None:
    assert list(STATES) == CODES
    assert stuck(None) is None
    assert stuck(Problem("VZ-999", "Something else.")) is None


@pytest.mark.parametrize("size", SIZES)
def test_every_slate_differs_and_keeps_its_edges_free(size: tuple[int, int], library: Library) -> None:
    pictures = set()
    with playing(Rig(library)):  # for pygame
        for code in CODES:
            card = stuck(Problem(code, LONG))
            assert card is not None
            picture = draw(card, size)
            pictures.add(pygame.image.tobytes(picture, "RGB"))
            right = [picture.get_at((size[0] - 3, y))[:3] for y in range(0, size[1], 3)]
            assert all(max(colour) < 80 for colour in right), f"{code} is wider than the screen"

    assert len(pictures) == len(CODES)


def provision(library: Library, **status: Any) -> None:
    document = {"state": "starting", "at": "2026-11-22T12:00:00Z", "cloudUrl": "https://signs.example", **status}
    library.paths.pairing_status.write_text(json.dumps(document))


def cache(library: Library, state: str, problem: dict[str, str]) -> None:
    document = {"at": "2026-11-22T12:00:00Z", "state": state, "problem": problem}
    library.paths.cache_status.write_text(json.dumps(document))


@pytest.mark.parametrize("code", CODES)
def test_a_slate_is_shown_for_what_provision_says(code: str, library: Library) -> None:
    provision(library, problem={"code": code, "sentence": "So it is."})
    with playing(Rig(library)) as rig:
        rig.begin()

        assert rig.player.show.card == Stuck(STATES[code][0], Problem(code, "So it is."), STATES[code][1])
        assert not rig.is_black()


def test_a_slate_is_shown_for_what_the_cache_says(library: Library) -> None:
    library.paths.credentials.parent.mkdir()
    library.paths.credentials.write_text('{"deviceId":"1"}')
    problem = {"code": "VZ-112", "sentence": "Storage is full."}
    library.paths.cache_status.write_text(
        json.dumps({"at": "2026-11-22T12:00:00Z", "state": "blocked", "problem": problem})
    )
    with playing(Rig(library)) as rig:
        rig.begin()

        assert isinstance(rig.player.show.card, Stuck)


def test_a_paired_screen_without_content_says_a_mistake_in_its_settings_beside_what_it_waits_for(
    library: Library,
) -> None:
    library.paths.credentials.parent.mkdir()
    library.paths.credentials.write_text('{"deviceId":"1"}')
    wrong = Problem("VZ-117", "vizora.toml, line 2: poll_ms = 'soon' is out of range.")
    provision(library, state="paired", problem={"code": wrong.code, "sentence": wrong.sentence})
    library.paths.cache_status.write_text(
        json.dumps({"at": "2026-11-22T12:00:00Z", "state": "idle", "wanted": WANTED, "problem": None})
    )
    with playing(Rig(library)) as rig:
        rig.begin()
        card = rig.player.show.card

    assert isinstance(card, Message)
    assert (card.title, card.problem) == ("Waiting for content", wrong)


def test_content_is_never_covered_by_a_problem(library: Library, stills: dict[int, bytes]) -> None:
    library.publish(library.manifest((library.add(3, ContentType.IMAGE, stills[3]), 60_000)))
    problem = {"code": "VZ-107", "sentence": "The cloud isn't reachable."}
    library.paths.cache_status.write_text(
        json.dumps({"at": "2026-11-22T12:00:00Z", "state": "offline", "problem": problem})
    )
    with playing(Rig(library)) as rig:
        rig.begin()

        assert rig.marker() == (3, 0)


def added(library: Library, stills: dict[int, bytes]) -> None:
    library.publish(library.manifest((library.add(3, ContentType.IMAGE, stills[3]), 600_000)))
    until = (START + timedelta(seconds=1)).isoformat().replace("+00:00", "Z")
    provision(library, state="paired", organizationName="Café Central", announcedUntil=until)


def test_whose_screen_it_is_now_is_said_over_the_picture_for_as_long_as_the_way_out_is_open(
    library: Library, stills: dict[int, bytes]
) -> None:
    added(library, stills)
    with playing(Rig(library)) as rig:
        rig.begin()
        during = [rig.colour(384, 60) for _ in rig.ticks(30)]
        below = rig.colour(384, 300)
        after = [rig.colour(384, 60) for _ in rig.ticks(60)]

    assert (70, 90, 55) not in during
    assert below == after[-1] == (70, 90, 55)


class Provision:
    """A socket where provision listens; keeps what it was told."""

    def __init__(self, path: Path) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._listener.settimeout(60)

    def told(self) -> Any:
        line, _ = self._listener.accept()
        with line:
            said = json.loads(line.makefile("rb").readline())
            line.sendall(b'{"ok":true,"cloudKnows":true}\n')
        return said

    def close(self) -> None:
        self._listener.close()

    def heard_nothing(self) -> bool:
        self._listener.settimeout(0)
        try:
            self._listener.accept()
        except BlockingIOError:
            return True
        return False


def press(rig: Rig, key: int) -> None:
    """As the loop takes it."""
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key))
    assert rig.player.stage.wants_to_end() is False
    rig.player.press(rig.player.stage.pressed)


def test_the_key_takes_the_screen_back(library: Library, stills: dict[int, bytes]) -> None:
    added(library, stills)
    with closing(Provision(library.paths.provision_socket)) as provision, playing(Rig(library)) as rig:
        rig.begin()
        press(rig, pygame.K_DELETE)

        assert provision.told() == {"command": "leave"}


@pytest.mark.parametrize(("key", "ticks"), [(pygame.K_a, 1), (pygame.K_DELETE, 90)])
def test_another_key_and_a_later_one_do_nothing(
    key: int, ticks: int, library: Library, stills: dict[int, bytes]
) -> None:
    added(library, stills)
    with closing(Provision(library.paths.provision_socket)) as provision, playing(Rig(library)) as rig:
        rig.begin()
        list(rig.ticks(ticks))
        press(rig, key)

        assert provision.heard_nothing()


def test_without_provision_the_key_costs_nothing(tmp_path: Path) -> None:
    ask_aside(tmp_path / "nobody.sock", "leave")

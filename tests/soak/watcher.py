"""Somebody who looks all the time at what each process says of each screen, and holds it against what screens know."""

import threading
import time
from collections.abc import Sequence

import requests

from tests.soak.clouds import Clouds, Person
from tests.soak.screen import Screen
from tests.soak.screens import Screens
from tests.soak.victim import LIMIT_S, LOOK_S, Victim


class Watcher:
    """Asks each process in turn about every screen, in a thread of its own, and holds it against what the screens know.

    One is online while it has a line and the cloud took something that it sent no longer than half a silence ago: so
    nothing is held against the cloud that a busy machine did.
    """

    def __init__(self, these: Clouds, person: Person, screens: Screens, silence_s: float) -> None:
        self._clouds, self._screens, self._silence_s = these, screens, silence_s
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {person.token}"
        self.wrong = list[str]()
        """What was said of a screen and was not so, in words."""
        self.looks = 0
        """How often a process was asked about a screen and what is true was known."""
        self.silent: frozenset[str] = frozenset()
        """Screens that were shown as offline, and have not spoken since."""
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Watcher":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._session.close()

    def shown(self, at: Victim) -> dict[str, str]:
        """What this process says of every screen. Raises RequestException."""
        found = dict[str, str]()
        cursor: str | None = ""
        while cursor is not None:
            where = {"limit": "200", **({"cursor": cursor} if cursor else {})}
            answer = self._session.get(f"{at.url}/api/devices", params=where, timeout=LIMIT_S)
            answer.raise_for_status()
            page = answer.json()
            found |= {device["id"]: device["status"] for device in page["items"]}
            cursor = page["nextCursor"]
        return found

    def all_are(self, screens: Sequence[Screen], status: str) -> bool:
        """At every process."""
        wanted = [screen.id for screen in screens]
        return all(shown[id_] == status for shown in map(self.shown, self._clouds.all) for id_ in wanted)

    def _run(self) -> None:
        while not self._ended.wait(LOOK_S):
            for victim in self._clouds.all:
                lines = [(screen, screen.line, screen.spoke_at()) for screen in self._screens.all]
                silent = self.silent
                try:
                    shown = self.shown(victim)
                except requests.RequestException:
                    continue  # it is being killed
                now = time.monotonic()
                for screen, line, spoke_at in lines:
                    spoke = spoke_at is not None and now - spoke_at < self._silence_s / 2
                    speaks = spoke and screen.line is line and screen.is_back
                    self._hold(screen, shown[screen.id], speaks=speaks, silent=silent & self.silent)

    def _hold(self, screen: Screen, shown: str, *, speaks: bool, silent: frozenset[str]) -> None:
        self.looks += speaks or screen.id in silent
        if speaks and shown != "online":
            self.wrong.append(f"screen {screen.number} speaks and is shown as {shown}")
        if screen.id in silent and shown != "offline":
            self.wrong.append(f"screen {screen.number} is silent and is shown as {shown}")

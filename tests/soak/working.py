"""People and screens that write all the time, and hold the cloud to what it answered."""

import secrets
import threading
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import requests

from tests.cloud.device.test_plays import play
from tests.cloud.fleet import Fleet
from tests.soak import uploads
from tests.soak.clouds import Clouds, Person
from tests.soak.uploads import Uploading
from tests.soak.victim import LIMIT_S, LOOK_S

REPORTING = 3
"""Screens that report plays."""
ALWAYS = "from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z"
KINDS = ("playlist", "plays", "form", "tus")


class Working:
    """Each kind in a thread of its own, as persistent as a real one."""

    def __init__(self, these: Clouds, person: Person, fleet: Fleet, seed: int) -> None:
        self.answered = Counter[str]()
        """Writes that were said to be done, by kind."""
        self.lost = list[str]()
        """Of them, what is not there, in words."""
        self.refused = list[str]()
        """Answers that nobody should get."""
        self._ended = threading.Event()
        self._sent = uploads.Told()
        self._clouds, self._person, self._fleet = these, person, fleet
        self._uploading = Uploading(these, person.token, seed, self._sent)
        self._names = set[str]()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._playlists, self._plays)]
        self._threads += [threading.Thread(target=self._uploading.run, args=(way,), daemon=True) for way in KINDS[2:]]
        for thread in self._threads:
            thread.start()

    def done(self) -> Counter[str]:
        return self.answered + self._sent.acknowledged

    def has_done_more_than(self, before: Mapping[str, int]) -> bool:
        """Each of them."""
        done = self.done()
        return all(done[kind] > before.get(kind, 0) for kind in KINDS)

    def end(self) -> None:
        self._ended.set()
        self._uploading.ended.set()
        for thread in self._threads:
            thread.join()

    def check(self) -> None:
        """Reads back what was answered."""
        self._uploading.check(everything=False)
        self.lost += self._sent.lost
        self.refused += self._sent.refused
        names = set[str]()
        cursor: str | None = ""
        while cursor is not None:
            page = self._person.call("GET", f"/api/playlists?limit=200{f'&cursor={cursor}' if cursor else ''}")
            names |= {item["name"] for item in page["items"]}
            cursor = page["nextCursor"]
        self.lost += [f"playlist {name}" for name in self._names - names]
        items = self._person.call("GET", f"/api/analytics/plays?groupBy=device&{ALWAYS}")["items"]
        counted = sum(item["plays"] for item in items)
        if counted != self.answered["plays"]:
            self.lost.append(f"plays: {self.answered['plays']} were taken, {counted} are counted")

    def _playlists(self) -> None:
        while not self._ended.is_set():
            name = secrets.token_hex(8)
            self._try("playlist", "/api/playlists", {"name": name, "items": []}, self._person.token)
            self._names.add(name)

    def _plays(self) -> None:
        """Each once; a report whose answer got lost is sent again, as a screen does."""
        number = 0
        while not self._ended.is_set():
            token = self._fleet.tokens[number % REPORTING]
            self._try("plays", "/api/device/plays", {"events": [play(number)]}, token)
            number += 1

    def _try(self, kind: str, path: str, body: Any, token: str) -> None:
        """Until it is answered: elsewhere, under the same key."""
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": secrets.token_hex(16)}
        while True:
            try:
                answer = requests.post(self._clouds.url + path, json=body, headers=headers, timeout=LIMIT_S)
            except requests.RequestException:
                time.sleep(LOOK_S)
                continue
            if answer.ok:
                self.answered[kind] += 1
                return
            if answer.status_code not in uploads.BUSY:
                self.refused.append(f"{kind}: {answer.status_code} {answer.text}")

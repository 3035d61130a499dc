"""Web pages as sources: pictures from the web worker, one child program for all of them (`edge.web`).

It is started when the first page comes up, speaks JSON over a socket (`edge.web.worker` says which) and writes pictures
into memory this side made. A worker that dies or hangs costs its pages a moment, nothing else: it is started again.
"""

import json
import mmap
import os
import socket
from dataclasses import dataclass, field
from typing import Any

from edge.player.source import SourceState
from edge.player.stage.geometry import Rect
from edge.player.stage.pictures import Picture, Pixels
from edge.player.workers.children import TalkingChild
from edge.player.workers.ring import sealed_memory

MODULE = "edge.web"
MAX_WIDTH, MAX_HEIGHT = 1920, 1080
"""A page in a larger box is rendered at this size and stretched: a browser without a graphics card is slow."""
PING_EVERY, PATIENCE = 5.0, 15.0
"""Seconds between questions to the worker, and how long it may take to answer one."""


@dataclass(slots=True)
class View:
    """What the worker sends for one source: two pictures' memory, of which one is the newest."""

    number: int
    width: int
    height: int
    memory: mmap.mmap
    halves: list[Pixels] = field(default_factory=list)
    newest: int | None = None
    fresh: bool = False
    reason: str = ""

    def take(self, message: dict[str, Any]) -> None:
        """Raises ValueError or KeyError for what makes no sense."""
        if "failed" in message:
            self.reason = str(message["failed"])[:300] or "the page can't be shown"
            return
        if message["slot"] not in (0, 1):
            raise ValueError
        self.newest, self.fresh = message["slot"], True

    def drop(self) -> None:
        for half in self.halves:
            half.data.release()
        self.memory.close()


class WebWorker:
    """Talks to the child without ever waiting for it. `pump` is called every tick."""

    def __init__(self, settings: dict[str, Any], module: str = MODULE) -> None:
        self._child = TalkingChild(module, [json.dumps(settings)])
        self._views: dict[int, View] = {}
        self._n = 0
        self._asked_at: float | None = None
        self._pinged_at = 0.0

    @property
    def pid(self) -> int | None:
        return self._child.pid

    @property
    def answering(self) -> socket.socket | None:
        """Becomes readable when a picture comes or the child ends."""
        return self._child.channel

    def look(self, url: str, width: int, height: int) -> View:
        """Opens a page; its pictures come into the view until `leave`."""
        self._n += 1
        size = 2 * width * height * 4
        descriptor = sealed_memory("web", size)
        view = View(self._n, width, height, mmap.mmap(descriptor, size))
        whole = memoryview(view.memory)
        view.halves = [Pixels(width, height, whole[n * size // 2 : (n + 1) * size // 2]) for n in (0, 1)]
        whole.release()
        self._views[view.number] = view
        try:
            if self._child.start():
                self._asked_at = None
            self._child.tell({"open": view.number, "url": url, "width": width, "height": height}, descriptor)
        except OSError as error:
            view.reason = f"the web worker takes no work: {error.strerror}"
        finally:
            os.close(descriptor)
        return view

    def took(self, view: View) -> None:
        """The picture it gave was taken over: the next one may come, into the other half."""
        view.fresh = False
        self._say({"took": view.number})

    def leave(self, view: View) -> None:
        if self._views.pop(view.number, None) is not None:
            self._say({"close": view.number})
            view.drop()

    def pump(self, mono: float) -> None:
        """Takes what came, and gives up a worker that has died or answers nothing any more."""
        while self._receive():
            pass
        if self._child.channel is None:
            return
        if self._asked_at is not None and mono - self._asked_at > PATIENCE:
            self._lost(f"the web worker did not answer for {PATIENCE:.0f} s")
        elif self._asked_at is None and mono - self._pinged_at > PING_EVERY:
            self._asked_at = self._pinged_at = mono
            self._say({"ping": self._n})

    def close(self) -> None:
        self._child.end()
        for view in self._views.values():
            view.drop()
        self._views.clear()

    def _receive(self) -> bool:
        """Takes one message; false when there is none."""
        raw = self._child.heard()
        if raw is None:
            return False
        if not raw:
            self._lost("the web worker died")
            return False
        try:
            message = json.loads(raw)
            if "pong" in message:
                self._asked_at = None
            elif (view := self._views.get(message["id"])) is not None:
                view.take(message)
        except (ValueError, KeyError, TypeError):
            self._lost("the web worker is not to be trusted")
            return False
        return True

    def _say(self, order: dict[str, Any]) -> None:
        if self._child.channel is None:
            return
        try:
            self._child.tell(order)
        except OSError:
            self._lost("the web worker takes no work")

    def _lost(self, reason: str) -> None:
        for view in self._views.values():
            view.reason = view.reason or reason
        self._child.end()


class WebPictures:
    """A `PictureSource` of a page: the newest picture is the one to show, whatever the item's time."""

    def __init__(self, worker: WebWorker, url: str, box: Rect) -> None:
        scale = min(1.0, MAX_WIDTH / box.width, MAX_HEIGHT / box.height)
        self._worker = worker
        self._view = worker.look(url, max(1, round(box.width * scale)), max(1, round(box.height * scale)))
        self._closed = False

    @property
    def reason(self) -> str:
        return self._view.reason

    @property
    def sound(self) -> None:
        return None

    def ready(self) -> bool:
        return self._view.newest is not None and not self._closed

    def at(self, _t: float) -> Picture | None:
        view = self._view
        if self._closed or view.newest is None or not view.fresh:
            return None
        self._worker.took(view)
        return view.halves[view.newest]

    def reached(self, _t: float) -> bool:
        return self._closed or self.ready() or bool(self.reason)

    def due_in(self, _t: float) -> None:
        return None

    def moving(self) -> bool:
        return not self._closed

    def state(self) -> SourceState:
        if self._view.reason:
            return SourceState.FAILED
        return SourceState.PLAYING if self.ready() else SourceState.OPENING

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._worker.leave(self._view)

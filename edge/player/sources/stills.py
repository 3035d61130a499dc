"""Stills as sources: images, PDF page by page, text; made by the still worker, one child for all of them."""

import json
import mmap
import os
import socket
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edge.player.source import TOLERANCE, SourceState
from edge.player.stage.pictures import Picture, Pixels
from edge.player.workers.children import TalkingChild, processor_time
from edge.player.workers.lettering import MAX_STRIP_PIXELS
from edge.player.workers.ring import sealed_memory

PATIENCE = 15.0
"""Seconds a single picture may take before its worker is given up."""
STALLED = 2.0
"""Seconds for which a worker may use no processor time over a picture: one that works slowly does use some."""


@dataclass(frozen=True, slots=True)
class Still:
    """What to draw: `kind` is image, pdf, text, clock or ticker; the size is that of the box it fills."""

    kind: str
    width: int
    height: int
    background: str
    fit: str = "contain"
    path: Path | None = None
    text: str = ""
    colour: str = ""
    """Of the letters; empty is whichever stands out."""
    size: int | None = None
    """Of a line of text, in percent of the box's height."""

    @property
    def room(self) -> int:
        """The most pixels its picture can have."""
        return MAX_STRIP_PIXELS if self.kind == "ticker" else self.width * self.height


@dataclass(slots=True)
class Wanted:
    """One picture asked for. Done when `pixels` or `reason` is there."""

    still: Still
    page: int
    pixels: Pixels | None = None
    pages: int = 1
    reason: str = ""
    gone: bool = False
    _memory: mmap.mmap | None = field(default=None, repr=False)

    @property
    def done(self) -> bool:
        return self.pixels is not None or bool(self.reason)

    def drop(self) -> None:
        """Frees the memory. The picture must not be used any more."""
        self.gone = True
        if self.pixels is not None:
            self.pixels.data.release()
            self.pixels = None
        if self._memory is not None:
            self._memory.close()
            self._memory = None


class StillWorker:
    """Talks to the child without ever waiting for it. `pump` is called every tick."""

    def __init__(self, module: str = "edge.player.workers.stills") -> None:
        self._child = TalkingChild(module)
        self._queue: deque[Wanted] = deque()
        self._busy: Wanted | None = None
        self._since = 0.0
        self._spent = (-1.0, 0.0)
        """Processor time the worker had used, and since when it is that."""
        self._n = 0
        self._child.start()

    @property
    def pid(self) -> int | None:
        return self._child.pid

    @property
    def answering(self) -> socket.socket | None:
        """Becomes readable when an answer comes or the child ends."""
        return self._child.channel

    def want(self, still: Still, page: int = 0) -> Wanted:
        wanted = Wanted(still, page)
        self._queue.append(wanted)
        return wanted

    def pump(self, mono: float) -> None:
        """Takes an answer, gives up a worker that hangs, and sends the next request."""
        if self._busy is not None:
            self._receive()
        if self._busy is not None and mono - self._since > PATIENCE:
            self._lost(f"it took longer than {PATIENCE:.0f} s to draw")
        if self._busy is not None and self._stalls(mono):
            self._lost(f"the still worker did nothing for {STALLED:.0f} s")
        while self._busy is None and self._queue:
            wanted = self._queue.popleft()
            if not wanted.gone:
                self._send(wanted, mono)

    def close(self) -> None:
        self._child.end()

    def _send(self, wanted: Wanted, mono: float) -> None:
        self._child.start()
        still = wanted.still
        self._n += 1
        size = still.room * 4
        descriptor = sealed_memory("still", size)
        wanted._memory = mmap.mmap(descriptor, size)
        job = {
            "id": self._n,
            "kind": still.kind,
            "path": str(still.path),
            "text": still.text[:50_000],
            "page": wanted.page,
            "width": still.width,
            "height": still.height,
            "fit": still.fit,
            "background": still.background,
            "colour": still.colour,
            "size": still.size,
        }
        try:
            self._child.tell(job, descriptor)
        except OSError as error:
            wanted.reason = f"the still worker does not take work: {error.strerror}"
            return
        finally:
            os.close(descriptor)
        self._busy, self._since, self._spent = wanted, mono, (-1.0, mono)

    def _receive(self) -> None:
        assert self._busy is not None
        message = self._child.heard()
        if message is None:
            return
        answer = _understood(message, self._n, self._busy.still)
        if answer is None:
            self._lost("the still worker died over it" if not message else "the still worker answered nonsense")
            return
        wanted, self._busy = self._busy, None
        if wanted.gone:
            wanted.drop()
        elif answer["ok"]:
            assert wanted._memory is not None
            wanted.pages = max(1, int(answer["pages"]))
            width, height = answer["width"], answer["height"]
            wanted.pixels = Pixels(width, height, memoryview(wanted._memory)[: width * height * 4])
        else:
            wanted.reason = str(answer["reason"])[:300] or "it can't be drawn"

    def _stalls(self, mono: float) -> bool:
        assert self._child.pid is not None
        spent, since = self._spent
        now_spent = processor_time(self._child.pid)
        if now_spent != spent:
            self._spent = (now_spent, mono)
            return False
        return mono - since > STALLED

    def _lost(self, reason: str) -> None:
        assert self._busy is not None
        self._busy.reason, self._busy = reason, None
        self._child.end()
        self._child.start()


def _understood(message: bytes, n: int, still: Still) -> dict[str, Any] | None:
    try:
        answer = json.loads(message)
        known = answer["id"] == n and isinstance(answer["ok"], bool) and 0 < int(answer["pages"]) < 100_000
        known = known and isinstance(answer["reason"], str) and (not answer["ok"] or _fits(answer, still))
    except (ValueError, KeyError, TypeError):
        return None
    return answer if known else None


def _fits(answer: dict[str, Any], still: Still) -> bool:
    """Whether the size it tells lies inside the memory it was given."""
    width, height = answer["width"], answer["height"]
    if still.kind != "ticker":
        return (width, height) == (still.width, still.height)
    whole = isinstance(width, int) and isinstance(height, int)
    return whole and width > 0 and 0 < height <= still.height and width * height <= still.room


class StillPictures:
    """A `PictureSource` of one or more still pages; each page is asked for while the one before it is shown."""

    def __init__(self, worker: StillWorker, still: Still, *, pages: int, page_seconds: float, start: float) -> None:
        self._worker = worker
        self._still = still
        self._pages = pages
        self._page_seconds = page_seconds
        self._wanted: dict[int, Wanted] = {}
        self._given: int | None = None
        self._closed = False
        self._first = self._page(start)
        self._want(self._first)

    @property
    def reason(self) -> str:
        return self._wanted[self._first].reason

    @property
    def sound(self) -> None:
        return None

    def ready(self) -> bool:
        return self._wanted[self._first].pixels is not None

    def at(self, t: float) -> Picture | None:
        page = self._page(t)
        self._want(page)
        wanted = self._wanted[page]
        if page == self._given or wanted.pixels is None:
            return None
        self._given = page
        for old in [n for n in self._wanted if n < page and n != self._first]:
            self._wanted.pop(old).drop()
        if page + 1 < self._pages:
            self._want(page + 1)
        return wanted.pixels

    def reached(self, t: float) -> bool:
        page = self._page(t)
        self._want(page)
        return self._wanted[page].done

    def due_in(self, t: float) -> float | None:
        following = self._page(t) + 1
        return following * self._page_seconds - t if following < self._pages else None

    def moving(self) -> bool:
        return self._given is None or self._given + 1 < self._pages

    def state(self) -> SourceState:
        if self._wanted[self._first].reason:
            return SourceState.FAILED
        return SourceState.PLAYING if self.ready() else SourceState.OPENING

    def close(self) -> None:
        self._closed = True
        for wanted in self._wanted.values():
            wanted.drop()

    def _page(self, t: float) -> int:
        return min(self._pages - 1, max(0, int((t + TOLERANCE) / self._page_seconds)))

    def _want(self, page: int) -> None:
        if page not in self._wanted and not self._closed:
            self._wanted[page] = self._worker.want(self._still, page)

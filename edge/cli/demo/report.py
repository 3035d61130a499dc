"""What the demo tells: sentences for a person, or one JSON object a line for a program (CONTRACT section 7)."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from edge.cli.demo import preview
from edge.cli.demo.glass import Shown

PREVIEW_COLUMNS = 64


@dataclass(slots=True)
class Report:
    json: bool
    by_make: bool = False
    """Whether somebody started it by `make demo`, and so has no `vizora` on the path."""
    out: TextIO = field(default_factory=lambda: sys.stdout)
    _previewing: bool = False

    def step(self, text: str) -> None:
        """Progress while things start."""
        if not self.json:
            self._line(f"  · {text}")

    def ready(self, url: str, email: str, password: str, *, headless: bool, data: Path) -> None:
        if self.json:
            self._object(event="ready", url=url, email=email, password=password)
            return
        glass = "no display here: the glass is drawn in memory" if headless else "the window is the screen"
        for line in (
            "",
            f"  Vizora plays ({glass}).",
            "",
            f"  Open      {url}",
            f"  Sign in   {email}  /  {password}",
            f"  Files     {data}",
            "",
            "  Try next",
            "    · upload a picture under Content and press Publish: it is on the glass within seconds",
            f"    · {self._with('--content DIR')} shows your own folder",
            "    · kill any of the processes, or the cloud: the screen plays on, and all comes back",
            "",
            "  Ctrl-C ends it; the next start goes on from here.",
            "",
        ):
            self._line(line)

    def _with(self, options: str) -> str:
        return f'make demo DEMO="{options}"' if self.by_make else f"vizora demo {options}"

    def refused(self, file: str, code: str, reason: str) -> None:
        if self.json:
            self._object(event="refused", file=file, code=code, reason=reason)
        else:
            self._line(f"  ✗ {file}: {reason} ({code})")

    def shown(self, item: Shown) -> None:
        if self.json:
            self._object(
                event="shown",
                title=item.title,
                type=item.type,
                startedAt=item.started_at,
                durationMs=item.duration_ms,
            )
        elif not self._previewing:
            self._line(f"  ▶ {item.title}  ({item.type}, {item.duration_ms / 1000:g} s)")

    def glass(self, picture: Path, now: Sequence[Shown]) -> None:
        """The live preview, on a terminal that has no window to look at."""
        if self.json or not self.out.isatty():
            return
        try:
            drawn = preview.draw(picture, PREVIEW_COLUMNS, again=self._previewing)
        except OSError:
            return
        title = now[-1].title if now else ""
        up = "\x1b[1A" if self._previewing else ""
        self.out.write(up + drawn + f"\r  ▶ {title}\x1b[K\n")
        self.out.flush()
        self._previewing = True

    def end(self, shown: int, screenshot: Path | None) -> None:
        if self.json:
            self._object(event="end", shown=shown)
            return
        if screenshot is not None:
            self._line(f"  picture of the glass: {screenshot}")
        self._line(f"  ended; {shown} items were shown")

    def _object(self, **fields: Any) -> None:
        self._line(json.dumps(fields, ensure_ascii=False))

    def _line(self, text: str) -> None:
        self.out.write(text + "\n")
        self.out.flush()

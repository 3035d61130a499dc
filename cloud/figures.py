"""Counters and histograms, and how Prometheus reads them (text format 0.0.4). No library: two shapes are all."""

import threading
from bisect import bisect_left
from collections.abc import Iterable, Mapping

Labels = tuple[tuple[str, str], ...]
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds of the buckets."""


class Figures:
    """What this process counted since its start. Any thread may count."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, dict[Labels, float]] = {}
        self._spread: dict[str, dict[Labels, list[float]]] = {}
        self._help: dict[str, str] = {}

    def count(self, name: str, about: str, /, **labels: str) -> None:
        key = tuple(sorted(labels.items()))
        with self._lock:
            self._help[name] = about
            series = self._counts.setdefault(name, {})
            series[key] = series.get(key, 0.0) + 1

    def observe(self, name: str, about: str, seconds: float, /, **labels: str) -> None:
        key = tuple(sorted(labels.items()))
        with self._lock:
            self._help[name] = about
            cells = self._spread.setdefault(name, {}).setdefault(key, [0.0] * (len(SECONDS) + 2))
            cells[bisect_left(SECONDS, seconds)] += 1
            cells[-1] += seconds

    def text(self) -> str:
        with self._lock:
            counts = [part for name in sorted(self._counts) for part in self._counter(name)]
            spread = [part for name in sorted(self._spread) for part in self._histogram(name)]
        return "".join(f"{line}\n" for line in (*counts, *spread))

    def _counter(self, name: str) -> Iterable[str]:
        yield from header(name, self._help[name], "counter")
        for labels, value in sorted(self._counts[name].items()):
            yield line(name, dict(labels), value)

    def _histogram(self, name: str) -> Iterable[str]:
        yield from header(name, self._help[name], "histogram")
        for labels, cells in sorted(self._spread[name].items()):
            total = 0.0
            for bound, value in zip((*map(str, SECONDS), "+Inf"), cells, strict=False):
                total += value
                yield line(f"{name}_bucket", {**dict(labels), "le": bound}, total)
            yield line(f"{name}_sum", dict(labels), cells[-1])
            yield line(f"{name}_count", dict(labels), total)


def header(name: str, about: str, kind: str) -> tuple[str, str]:
    return f"# HELP {name} {about}", f"# TYPE {name} {kind}"


def line(name: str, labels: Mapping[str, str], value: float) -> str:
    named = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
    number = str(int(value)) if float(value).is_integer() else repr(float(value))  # six digits would stop counting
    return f"{name}{{{named}}} {number}" if named else f"{name} {number}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

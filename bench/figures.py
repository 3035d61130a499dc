"""A figure, the target it is held against, and how both are printed."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: float
    unit: str
    target: float | None = None
    """At most so much; None: told, not judged."""

    @property
    def met(self) -> bool:
        return self.target is None or self.value <= self.target


def tell(bench: str, figures: Iterable[Figure], *, as_json: bool) -> int:
    """Prints each as it comes, with the load of this minute. Exit status 1 when one misses its target."""
    missed = 0
    for figure in figures:
        missed += not figure.met
        load = round(os.getloadavg()[0], 2)
        if as_json:
            about = {"name": figure.name, "value": round(figure.value, 3), "unit": figure.unit, "target": figure.target}
            print(json.dumps({"bench": bench, **about, "met": figure.met, "load": load}), flush=True)
        else:
            judged = "" if figure.target is None else f"{'met' if figure.met else 'MISSED'}, at most {figure.target:g}"
            print(f"{figure.name:62} {figure.value:10.2f} {figure.unit:14} load {load:5.2f}  {judged}", flush=True)
    return 1 if missed else 0

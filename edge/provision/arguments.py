"""The parts of `vizora provision`, as their `--help` names them."""

import argparse


class Parser(argparse.ArgumentParser):
    def __init__(self, part: str, about: str | None) -> None:
        super().__init__(prog=f"vizora provision {part}", description=about)

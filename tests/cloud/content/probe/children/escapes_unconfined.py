"""The broken twin: the same attempts without the walls."""

import os

from tests.cloud.content.probe.children.escapes import attempts, report

if __name__ == "__main__":
    worked = []
    for name in ("read a file", "open a socket", "raise its limits"):
        attempts()[name]()
        worked.append(name)
    os.write(1, report(", ".join(worked)))

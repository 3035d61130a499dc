"""The broken twin: the same attempts without the walls."""

import os

from cloud.content.probe.report import Fault, pack
from tests.cloud.content.probe.children.escapes import attempts

if __name__ == "__main__":
    worked = []
    for name in ("read a file", "open a socket", "raise its limits"):
        attempts()[name]()
        worked.append(name)
    os.write(1, pack(Fault(", ".join(worked))))

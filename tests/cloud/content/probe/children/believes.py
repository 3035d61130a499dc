"""The broken twin of the real one: it asks the headers and decodes one frame only."""

import os
import sys

import av

from cloud.content.media_type import MediaType
from cloud.content.probe.report import Facts, pack
from cloud.content.probe.thumbnail import encode, shrink

if __name__ == "__main__":
    with open(0, "rb", closefd=False) as file, av.open(file, "r", format=MediaType(sys.argv[1]).value[6:]) as container:
        frame = next(container.decode(video=0))
        facts = Facts(frame.width, frame.height, duration_ms=round((container.duration or 0) / 1000))
        answer = pack(facts, encode(shrink(frame.to_image(), 400)))  # type: ignore[no-untyped-call]
    os.write(1, answer)

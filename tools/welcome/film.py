"""A film from pictures: H.264 that every player plays, 1280 x 720 at 30 frames a second, without sound."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image

WIDTH, HEIGHT = 1280, 720
RATE = 30


def write(path: Path, pictures: Iterable[Image.Image], quality: int) -> None:
    """`quality` is x264's constant rate factor: smaller looks better and weighs more. The same bytes each time."""
    with av.open(str(path), "w", options={"movflags": "+faststart", "fflags": "+bitexact"}) as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, RATE)
        stream.codec_context.thread_count = 1
        stream.options = {
            "preset": "slow",
            "crf": str(quality),
            "profile": "high",
            "g": str(2 * RATE),
            "x264-params": "aq-mode=3:deblock=1,1:colorprim=bt709:transfer=bt709:colormatrix=bt709:range=tv",
        }
        for index, picture in enumerate(pictures):
            frame = av.VideoFrame.from_image(picture).reformat(  # type: ignore[no-untyped-call]
                format="yuv420p", src_colorspace="ITU709", dst_colorspace="ITU709", dst_color_range="MPEG"
            )
            frame.pts, frame.time_base = index, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())

"""A stream by PyAV, for the decoder child: pictures at the pace they are due, the ones nobody has room for left out."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import av

OPEN_PATIENCE, STALL_PATIENCE = 15.0, 5.0
"""Seconds without a first picture, or without a further one, after which a stream has failed."""
OPTIONS = {
    "protocol_whitelist": "rtsp,rtsps,rtp,srtp,udp,tcp,tls,http,https,httpproxy,crypto",
    "rtsp_flags": "prefer_tcp",
    "fflags": "nobuffer",
}
"""Not the file protocol: a playlist from elsewhere must not name files of this device."""
RESET = 2.0
"""Seconds by which a picture may be early or late before its stream's clock is believed to have been set."""


def stream(url: str, deliver: Callable[["av.VideoFrame"], None]) -> None:
    """Returns never: raises ValueError when the stream ends, FFmpegError or OSError when it fails."""
    import av

    try:
        with av.open(url, options=OPTIONS, timeout=(OPEN_PATIENCE, STALL_PATIENCE)) as container:
            if not container.streams.video:
                raise ValueError("there is no video in this stream")
            pace = Pace()
            for packet in container.demux(container.streams.video[0]):
                try:
                    frames = packet.decode()
                except av.error.InvalidDataError:
                    continue  # a stream is joined anywhere, and loses packets
                for frame in frames:
                    sleep(pace.wait(frame.time, monotonic()))
                    deliver(frame)
    except av.error.ExitError as error:
        raise ValueError(f"the stream sent nothing for {STALL_PATIENCE:.0f} s") from error
    raise ValueError("the stream ended")


class Pace:
    """How long a picture has to wait, for streams that come faster than they play."""

    def __init__(self) -> None:
        self._ahead: float | None = None

    def wait(self, time: float | None, now: float) -> float:
        """Seconds until the picture of stream time `time` is due; 0 without one. All in seconds."""
        if time is None:
            return 0.0
        if self._ahead is None or abs(time - self._ahead - now) > RESET:
            self._ahead = time - now
        return max(0.0, time - self._ahead - now)

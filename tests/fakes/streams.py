"""Real streams on this machine: HLS from a web server, MPEG-TS over UDP, RTSP by libVLC's own server."""

import contextlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from time import monotonic
from typing import Any

import av

from tests.child_process import dies_with_its_parent
from tests.fakes.http_server import HttpServer
from tests.free_port import free_port

SAME = 1e-3
"""Seconds by which two packets of a stream lie apart at least."""
RTSP_SERVER = """
import sys, threading, vlc
instance = vlc.Instance(["--quiet", "--no-xlib", "--intf=dummy"])
media = instance.media_new_path(sys.argv[1])
media.add_option(":sout=#rtp{sdp=rtsp://127.0.0.1:" + sys.argv[2] + "/marker}")
media.add_option(":sout-keep")
media.add_option(":input-repeat=1000")
player = instance.media_player_new()
player.set_media(media)
player.play()
threading.Event().wait()
"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def hls(clip: Path, folder: Path) -> Iterator[str]:
    """The clip in segments of a second, from beginning to end."""
    _copy(clip, str(folder / "live.m3u8"), "hls", {"hls_time": "1", "hls_list_size": "0"})
    server = HttpServer(partial(_Quiet, directory=str(folder)))
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/live.m3u8"
    finally:
        server.shutdown()
        server.server_close()
        serving.join()


class Sender:
    """Sends a clip over and over to a UDP port, at the pace it plays, until `stop`."""

    def __init__(self, clip: Path, url: str) -> None:
        self.stopped = threading.Event()
        self._clip = clip
        self._url = url
        self._targets: dict[int, av.stream.Stream] = {}
        self._sent: dict[int, float] = {}
        """The time of each stream's latest packet."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.stopped.set()
        self._thread.join()

    def _run(self) -> None:
        with (
            contextlib.suppress(OSError),  # nobody listens any more
            av.open(f"{self._url}?pkt_size=1316", "w", format="mpegts") as out,
        ):
            began, shift = monotonic(), 0.0
            while not self.stopped.is_set():
                with av.open(str(self._clip)) as source:
                    self._round(source, out, began, shift)
                    pictures = source.streams.video[0]
                    shift += float((pictures.duration or 0) * (pictures.time_base or 0))

    def _round(
        self, source: av.container.InputContainer, out: av.container.OutputContainer, began: float, shift: float
    ) -> None:
        """The clip once, `shift` seconds after `began`."""
        for stream in source.streams:
            if stream.index not in self._targets:
                self._targets[stream.index] = out.add_stream_from_template(stream)
        for packet in source.demux():
            if packet.dts is None:
                continue
            index, base = packet.stream.index, packet.time_base
            at = shift + float(packet.dts * base)
            if self.stopped.wait(max(0.0, began + at - monotonic())):
                return
            if at < self._sent.get(index, -1.0) + SAME:
                continue  # the sound of the round before reaches into this one
            self._sent[index] = at
            packet.pts = (packet.dts if packet.pts is None else packet.pts) + round(shift / base)
            packet.dts += round(shift / base)
            packet.stream = self._targets[index]
            with contextlib.suppress(OSError):  # nobody listens yet
                out.mux(packet)


@contextmanager
def udp(clip: Path) -> Iterator[tuple[str, Sender]]:
    port = free_port()
    sender = Sender(clip, f"udp://127.0.0.1:{port}")
    try:
        yield f"udp://@127.0.0.1:{port}", sender
    finally:
        sender.stop()


@contextmanager
def rtsp(clip: Path) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-c", RTSP_SERVER, str(clip), str(port)]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL, preexec_fn=dies_with_its_parent)
    try:
        yield f"rtsp://127.0.0.1:{port}/marker"
    finally:
        server.kill()
        server.wait()


def _copy(clip: Path, target: str, kind: str, options: dict[str, str]) -> None:
    with av.open(str(clip)) as source, av.open(target, "w", format=kind, options=options) as out:
        targets = {stream.index: out.add_stream_from_template(stream) for stream in source.streams}
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = targets[packet.stream.index]
                out.mux(packet)

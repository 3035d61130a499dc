"""Which library plays films: PyAV, libVLC, or libVLC for what PyAV can't. Both in children, behind one interface."""

from collections.abc import Callable
from pathlib import Path

from edge.config import VideoBackend
from edge.player.sound.mixing import Sound
from edge.player.source import PictureSource, SourceState, VideoSource
from edge.player.sources.live import LiveVideo, Streams
from edge.player.sources.video import DecodedVideo, Decoder, DecoderPool
from edge.player.stage.pictures import Picture

VLC_MODULE = "edge.player.workers.vlc_decoder"


class Backends:
    """Owns the children until `close`. `start` and `start_vlc` make one child each."""

    def __init__(
        self,
        wanted: VideoBackend = VideoBackend.AUTO,
        start: Callable[[], Decoder] = Decoder,
        start_vlc: Callable[[], Decoder] = lambda: Decoder(VLC_MODULE),
    ) -> None:
        self._wanted = wanted
        self._pyav = DecoderPool(start, warm=wanted is not VideoBackend.VLC)
        self._vlc = DecoderPool(start_vlc, warm=wanted is VideoBackend.VLC)
        self._streams = Streams(self._start_stream)

    @property
    def standby_pid(self) -> int | None:
        """That of the child that waits for the next film."""
        return self._pyav.standby_pid or self._vlc.standby_pid

    def film(self) -> VideoSource:
        """For a file with a beginning and an end."""
        match self._wanted:
            case VideoBackend.PYAV:
                return DecodedVideo(self._pyav)
            case VideoBackend.VLC:
                return DecodedVideo(self._vlc)
        return SecondChoice(DecodedVideo(self._pyav), lambda: DecodedVideo(self._vlc))

    def stream(self, url: str) -> PictureSource:
        """For what has no end: libVLC, but PyAV where libVLC has no way in (Debian's speaks no RTSP)."""
        return self._streams.look(url)

    def _start_stream(self, url: str) -> LiveVideo:
        by_pyav = url.lower().startswith(("rtsp:", "rtsps:"))
        if self._wanted is VideoBackend.PYAV or (self._wanted is VideoBackend.AUTO and by_pyav):
            source = LiveVideo(self._pyav)
        else:
            source = LiveVideo(self._vlc)
        source.open_stream(url)
        return source

    def animation(self) -> VideoSource:
        """For animated images, which libVLC doesn't animate."""
        return DecodedVideo(self._pyav)

    def close(self) -> None:
        self._pyav.close()
        self._vlc.close()


class SecondChoice:
    """A `VideoSource` that turns to another backend when the first one can't show a single picture."""

    def __init__(self, first: VideoSource, second: Callable[[], VideoSource]) -> None:
        self._source = first
        self._second: Callable[[], VideoSource] | None = second
        self._reason = ""
        self._job: tuple[Path, float, bool] | None = None

    def open(self, path: Path, start: float, *, loop: bool = False) -> None:
        self._job = (path, start, loop)
        self._source.open(path, start, loop=loop)

    @property
    def pid(self) -> int | None:
        """That of the child that plays."""
        return getattr(self._source, "pid", None)

    @property
    def announcing(self) -> int | None:
        """A descriptor that becomes readable when a picture comes or the child ends."""
        return getattr(self._source, "announcing", None)

    @property
    def reason(self) -> str:
        """What the first one said: it knows more kinds of files."""
        return self._reason or self._source.reason

    @property
    def sound(self) -> Sound | None:
        return self._source.sound

    def ready(self) -> bool:
        return self._chosen().ready()

    def at(self, t: float) -> Picture | None:
        return self._chosen().at(t)

    def reached(self, t: float) -> bool:
        return self._chosen().reached(t)

    def due_in(self, t: float) -> float | None:
        return self._source.due_in(t)

    def moving(self) -> bool:
        return self._chosen().moving()

    def state(self) -> SourceState:
        return self._chosen().state()

    def close(self) -> None:
        self._second = None
        self._source.close()

    def _chosen(self) -> VideoSource:
        if self._second is None or self._job is None:
            return self._source
        if self._source.ready():
            self._second = None
        elif self._source.state() is SourceState.FAILED:
            make, self._second = self._second, None
            path, start, loop = self._job
            self._reason = self._source.reason
            self._source.close()
            self._source = make()
            self._source.open(path, start, loop=loop)
        return self._source

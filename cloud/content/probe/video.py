"""MP4 and WebM, by PyAV: the first pictures are decoded, and all packets are counted to the end."""

from fractions import Fraction
from typing import BinaryIO, cast

import av
import av.audio.stream
import av.sidedata.sidedata
import av.subtitles.codeccontext
import av.subtitles.stream
import av.subtitles.subtitle
import av.video.reformatter
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, ImageStat

from cloud.content.file_faults import FaultCode
from cloud.content.media_type import MediaType
from cloud.content.probe.limits import Limits
from cloud.content.probe.report import Facts, Refused
from cloud.content.probe.thumbnail import encode

_DEMUXERS = {MediaType.MP4: "mp4", MediaType.WEBM: "webm"}
_CODECS = {"h264": "H.264", "hevc": "H.265", "vp8": "VP8", "vp9": "VP9", "av1": "AV1"}
_OPTIONS = {"protocol_whitelist": "none", "enable_drefs": "0", "max_streams": "16"}
_LENGTH_TOLERANCE_MS = 1_000
_LOOK_EVERY = 6
_ENOUGH_DETAIL = 40.0


class _Track:
    """How many packets a stream has, and the time they cover."""

    def __init__(self) -> None:
        self.packets = 0
        self._start: Fraction | None = None
        self._end = Fraction(0)

    def add(self, packet: "Packet[Stream]") -> None:
        base = packet.time_base or Fraction(1)
        start = Fraction(packet.pts if packet.pts is not None else packet.dts or 0) * base
        self.packets += 1
        self._start = start if self._start is None else min(self._start, start)
        self._end = max(self._end, start + (packet.duration or 0) * base)

    @property
    def length_ms(self) -> int:
        return round((self._end - (self._start or 0)) * 1000)


def probe_video(file: BinaryIO, media_type: MediaType, limits: Limits) -> tuple[Facts, bytes]:
    """Raises Refused, or whatever PyAV raises for a damaged file."""
    with av.open(file, "r", format=_DEMUXERS[media_type], options=_OPTIONS, metadata_errors="ignore") as container:
        video = _video_stream(container)
        _check_picture(video, limits)
        best, duration_ms = _read_through(container, video, limits)
        width, height = _seen(video.codec_context.width, video.codec_context.height, best)
        return Facts(width, height, duration_ms=duration_ms), encode(_thumbnail(best, limits.thumbnail_side))


def _video_stream(container: InputContainer) -> VideoStream:
    streams = [stream for stream in container.streams.video if not stream.disposition & stream.disposition.attached_pic]
    if not streams:
        raise Refused(FaultCode.NO_VIDEO)
    video = streams[0]
    if _codec(video) not in _CODECS:
        names = ", ".join(_CODECS.values())
        raise Refused(FaultCode.CODEC, codec=_codec(video) or "?", allowed=names)
    video.codec_context.thread_count = 1
    return video


def _codec(video: VideoStream) -> str:
    return video.codec_context.codec.canonical_name


def _check_picture(video: VideoStream, limits: Limits) -> None:
    width, height = video.codec_context.width, video.codec_context.height
    if width * height > limits.video_pixels or max(width, height) > limits.video_side:
        raise Refused(FaultCode.VIDEO_SIZE, width=width, height=height)
    if min(width, height) < 1:
        raise Refused(FaultCode.NO_PICTURE)


def _read_through(container: InputContainer, video: VideoStream, limits: Limits) -> tuple[VideoFrame, int]:
    """The most telling of the first frames, and the length in milliseconds from the first packet to the last's end."""
    choice = _Choice(limits)
    tracks = {stream.index: _Track() for stream in (video, *container.streams.audio)}
    for packet in container.demux(video, *container.streams.audio):
        if packet.dts is None and packet.pts is None:
            continue  # says only that the stream has ended
        if packet.is_corrupt:
            raise Refused(FaultCode.INCOMPLETE)
        tracks[packet.stream.index].add(packet)
        if packet.stream.index == video.index and choice.wants_more:
            choice.look(cast(list[VideoFrame], packet.decode()))
    if choice.wants_more:
        choice.look(video.codec_context.decode(None))
    if choice.best is None:
        raise Refused(FaultCode.NO_PICTURE)
    _check_length(container, video, tracks, limits)
    return choice.best, tracks[video.index].length_ms


def _check_length(container: InputContainer, video: VideoStream, tracks: dict[int, _Track], limits: Limits) -> None:
    """What was found against what the file says: MP4 counts its pictures, WebM only states how long it is."""
    own, longest_ms = tracks[video.index], max(track.length_ms for track in tracks.values())
    if own.packets < video.frames:
        raise Refused(FaultCode.PICTURES_MISSING, have=own.packets, want=video.frames)
    stated_ms = round((container.duration or 0) / 1000)
    if stated_ms - longest_ms > max(_LENGTH_TOLERANCE_MS, longest_ms // 20):
        raise Refused(FaultCode.LENGTH_MISSING, want=stated_ms / 1000, have=longest_ms / 1000)
    if own.length_ms > limits.duration_ms:
        raise Refused(FaultCode.TOO_LONG, hours=own.length_ms / 3_600_000, most=limits.duration_ms // 3_600_000)


class _Choice:
    """Of the frames looked at, the one with the most detail: a fade-in's black first frame tells nothing."""

    def __init__(self, limits: Limits) -> None:
        self.best: VideoFrame | None = None
        self._detail = -1.0
        self._seen = 0
        self._limit = limits.first_frames

    @property
    def wants_more(self) -> bool:
        return self._seen < self._limit

    def look(self, frames: list[VideoFrame]) -> None:
        for frame in frames:
            if self._seen % _LOOK_EVERY == 0 and self._detail < _ENOUGH_DETAIL:
                detail = _detail(frame)
                if detail > self._detail:
                    self.best, self._detail = frame, detail
            self._seen += 1


def _detail(frame: VideoFrame) -> float:
    small = frame.reformat(width=64, height=36, format="gray").to_image()  # type: ignore[no-untyped-call]
    return float(ImageStat.Stat(small).stddev[0])


def _seen(width: int, height: int, frame: VideoFrame) -> tuple[int, int]:
    """The size as it is seen: a phone held upright records turned pictures and says so."""
    return (height, width) if frame.rotation % 180 else (width, height)


def _thumbnail(frame: VideoFrame, side: int) -> Image.Image:
    scale = min(1.0, side / max(frame.width, frame.height))
    size = max(2, round(frame.width * scale)), max(2, round(frame.height * scale))
    image = frame.reformat(width=size[0], height=size[1], format="rgb24").to_image()  # type: ignore[no-untyped-call]
    return cast(Image.Image, image.rotate(frame.rotation, expand=True) if frame.rotation else image)

"""Films whose pictures are two half pictures of different instants, as cameras for television make them: made whole."""

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import av

Timed = tuple[float, "av.VideoFrame"]


def progressive(pictures: Iterator[Timed]) -> Iterator[Timed]:
    """The same pictures at the same times; from the first interlaced one on, without combs (FFmpeg's yadif)."""
    graph: av.filter.Graph | None = None
    times: deque[float] = deque()
    for time, frame in pictures:
        if graph is None and not frame.interlaced_frame:
            yield time, frame
            continue
        graph = graph or _graph(frame)
        times.append(time)
        graph.vpush(frame)
        yield from _ready(graph, times)
    if graph is not None:
        graph.vpush(None)
        yield from _ready(graph, times)


def _ready(graph: "av.filter.Graph", times: deque[float]) -> Iterator[Timed]:
    """The filter needs the picture after one, so it is one behind."""
    import av

    while times:
        try:
            frame = graph.vpull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        yield times.popleft(), frame


def _graph(frame: "av.VideoFrame") -> "av.filter.Graph":
    import av

    graph = av.filter.Graph()
    graph.link_nodes(
        graph.add_buffer(
            width=frame.width, height=frame.height, format=av.VideoFormat(frame.format.name), time_base=frame.time_base
        ),
        graph.add("yadif", "mode=send_frame:deint=interlaced"),
        graph.add("buffersink"),
    ).configure()
    return graph

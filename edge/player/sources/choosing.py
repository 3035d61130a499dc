"""Which backend shows what, for the files of this device."""

from collections.abc import Callable
from pathlib import Path

from edge.paths import DevicePaths
from edge.player.show.sequencer import Slot
from edge.player.source import PictureSource
from edge.player.sources.backends import Backends
from edge.player.sources.stills import Still, StillPictures, StillWorker
from edge.player.sources.texts import open_text
from edge.player.sources.web import WebPictures, WebWorker
from edge.player.stage.geometry import Rect
from edge.player.workers.animated import LOOKED_AT, is_animated
from vizora.manifest.model import Asset, ContentType


class DeviceSources:
    """Opens sources; owns the workers and the video backends until `close`."""

    def __init__(
        self,
        paths: DevicePaths,
        *,
        videos: Backends,
        stills: StillWorker,
        web: WebWorker,
        opening: Callable[[Slot], None] = lambda _: None,
    ) -> None:
        """`opening` is told of each before it is opened."""
        self._paths = paths
        self._opening = opening
        self._videos = videos
        self.stills = stills
        self.web = web

    def open(self, slot: Slot, box: Rect, background: str, start: float) -> PictureSource:
        self._opening(slot)
        asset = slot.asset
        if asset.type is ContentType.TEXT:
            return open_text(self.stills, slot, box, background, start)
        if asset.type is ContentType.WEBPAGE:
            return WebPictures(self.web, asset.url or "", box)
        if asset.is_stream:
            return self._videos.stream(asset.url or "")
        path = self._paths.asset(asset.sha256 or "none")
        animation = _is_animation(asset, path)
        if asset.type is ContentType.VIDEO or animation:
            video = self._videos.animation() if animation else self._videos.film()
            video.open(path, start, loop=animation)
            return video
        pages = asset.pages if asset.type is ContentType.PDF and asset.pages else 1
        seconds = (slot.answer.ends_at - slot.answer.started_at).total_seconds()
        still = Still(
            kind=asset.type.value,
            width=box.width,
            height=box.height,
            background=background,
            fit=slot.item.fit.value,
            path=path,
        )
        return StillPictures(self.stills, still, pages=pages, page_seconds=seconds / pages, start=start)

    def pump(self, mono: float) -> None:
        self.stills.pump(mono)
        self.web.pump(mono)

    def close(self) -> None:
        self._videos.close()
        self.stills.close()
        self.web.close()


def _is_animation(asset: Asset, path: Path) -> bool:
    if asset.media_type == "image/gif":
        return True
    if asset.media_type != "image/webp":
        return False
    try:
        with path.open("rb") as file:
            return is_animated(file.read(LOOKED_AT))
    except OSError:
        return False

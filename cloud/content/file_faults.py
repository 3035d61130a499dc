"""Why a file can't be shown: a code and its parts. The API says it in English, pages in the reader's language."""

import re
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, field

from cloud.content.strangers import NAMES
from cloud.languages import N_
from vizora.manifest.model import Value

MOST = 10**15
"""Of a part that is a number: all of them are exact in JavaScript too."""

Number = Annotated[int, Meta(ge=0, le=MOST)] | Annotated[float, Meta(ge=0, le=MOST)]
Name = Annotated[str, Meta(max_length=20)]
Words = Annotated[str, Meta(max_length=300)]
Parts = dict[Name, Number | Words]


class FaultCode(StrEnum):
    BROKEN_AT = "broken-at"
    CODEC = "codec"
    CUT_OFF = "cut-off"
    DAMAGED = "damaged"
    EMPTY = "empty"
    FRAMES = "frames"
    INCOMPLETE = "incomplete"
    KIND = "kind"
    LENGTH_MISSING = "length-missing"
    MEMORY = "memory"
    NONSENSE = "nonsense"
    NOT_CHECKED = "not-checked"
    NOT_CLEANED = "not-cleaned"
    NO_END = "no-end"
    NO_INDEX = "no-index"
    NO_PICTURE = "no-picture"
    NO_VIDEO = "no-video"
    PAGES = "pages"
    PAGE_DAMAGED = "page-damaged"
    PAGE_SIZE = "page-size"
    PASSWORD = "password"  # noqa: S105
    PICTURES_MISSING = "pictures-missing"
    PICTURE_SIZE = "picture-size"
    QUOTA = "quota"
    STOPPED = "stopped"
    TIME = "time"
    TOO_LARGE = "too-large"
    TOO_LONG = "too-long"
    UNDECODABLE = "undecodable"
    VIDEO_SIZE = "video-size"


SENTENCES = {
    FaultCode.BROKEN_AT: N_(
        "The %(kind)s file is damaged at byte %(at)s: no block begins there. Save it anew, then upload it again."
    ),
    FaultCode.CODEC: N_(
        "The video is encoded as %(codec)s. Allowed are %(allowed)s: convert it, then upload it again."
    ),
    FaultCode.CUT_OFF: N_(
        "The file is cut off: it has %(have)s bytes and says it should have at least %(want)s. Upload the whole file."
    ),
    FaultCode.DAMAGED: N_("The %(kind)s file is damaged: it cannot be opened. Save it anew, then upload it again."),
    FaultCode.EMPTY: N_("The file is empty (0 bytes). Upload the file itself, not a placeholder of it."),
    FaultCode.FRAMES: N_("The animation has more than %(most)s frames: make it a video (MP4)."),
    FaultCode.INCOMPLETE: N_("The video is cut off or damaged: a part of it is incomplete. Upload the whole file."),
    FaultCode.KIND: N_(
        "The file looks like %(found)s, which can't be shown. Allowed are %(allowed)s: save it as one of them, then"
        " upload it again."
    ),
    FaultCode.LENGTH_MISSING: N_("The video is cut off: it says %(want)s s and has %(have)s s. Upload the whole file."),
    FaultCode.MEMORY: N_("The file needs more than %(megabytes)s MB of memory to decode: make it smaller."),
    FaultCode.NONSENSE: N_(
        "The file made its decoder answer nonsense: it is damaged or hostile. Save it anew, then upload it again."
    ),
    FaultCode.NOT_CHECKED: N_("The server could not check the file; the file is not at fault. Upload it again later."),
    FaultCode.NOT_CLEANED: N_(
        "The file (%(type)s) could not be read closely enough to take out of it where, with what and by whom it was"
        " made. Save it anew, then upload it again."
    ),
    FaultCode.NO_END: N_("The %(kind)s file is cut off: its end is missing. Upload the whole file."),
    FaultCode.NO_INDEX: N_(
        "The MP4 file has no index: it was cut off, or its recording was never finished. Save it anew, then upload it"
        " again."
    ),
    FaultCode.NO_PICTURE: N_("No picture of the video can be decoded. Convert it, then upload it again."),
    FaultCode.NO_VIDEO: N_("The file has no pictures, only sound or data. Upload a film."),
    FaultCode.PAGES: N_("The PDF has %(pages)s pages. Allowed are 1 to %(most)s: make several of it."),
    FaultCode.PAGE_DAMAGED: N_("Page %(page)s of the PDF is damaged. Save the PDF anew, then upload it again."),
    FaultCode.PAGE_SIZE: N_(
        "Page %(page)s of the PDF is %(width)s × %(height)s points. Allowed are up to %(most)s a side (200 inches):"
        " make it smaller."
    ),
    FaultCode.PASSWORD: N_("The PDF is protected by a password: save it without one, then upload it again."),
    FaultCode.PICTURES_MISSING: N_(
        "The video is cut off: %(have)s of %(want)s pictures are in the file. Upload the whole file."
    ),
    FaultCode.PICTURE_SIZE: N_(
        "The picture is %(width)s × %(height)s pixels. Allowed are %(megapixels)s megapixels and %(side)s pixels a"
        " side: make it smaller; a screen shows at most 3,840 × 2,160."
    ),
    FaultCode.QUOTA: N_(
        "The organization stores %(used)s of %(quota)s bytes; %(coming)s more are over its quota. Delete content, or"
        " ask for more room, then upload it again."
    ),
    FaultCode.STOPPED: N_(
        "The file made the %(type)s decoder stop (status %(status)s): it is damaged, or needs more than"
        " %(megabytes)s MB of memory. Save it anew, or make it smaller."
    ),
    FaultCode.TIME: N_("The file took more than %(seconds)s s to decode and was given up: make it smaller or shorter."),
    FaultCode.TOO_LARGE: N_(
        "The file is larger than %(bytes)s bytes (%(megabytes)s MB), the most a file may have: make it smaller, then"
        " upload it again."
    ),
    FaultCode.TOO_LONG: N_("The video runs %(hours)s hours. Allowed are %(most)s: make several of it."),
    FaultCode.UNDECODABLE: N_(
        "The file is cut off or damaged: it cannot be decoded as %(type)s. Save it anew, then upload it again."
    ),
    FaultCode.VIDEO_SIZE: N_(
        "The video is %(width)s × %(height)s pixels. Allowed are up to 7,680 × 4,320: make it smaller."
    ),
}
"""What it is and what to do next, with the parts that each has."""

SAID = "said"
"""The part that any fault may have: the decoder's own words, which are English."""
FOUND = "found"
"""The part of `FaultCode.KIND` that is a message itself: one of `strangers.NAMES`."""
_FILLED = re.compile(r"%\((\w+)\)s")


class FileFault(Value, frozen=True, forbid_unknown_fields=True):
    """Raises ValueError without all the parts its sentence tells of."""

    code: FaultCode
    parts: Annotated[Parts, Meta(max_length=8)] = field(default_factory=dict)

    def __post_init__(self) -> None:
        wanted = set(_FILLED.findall(SENTENCES[self.code]))
        if self.code is FaultCode.KIND and (found := self.parts.get(FOUND)) is not None:
            if found not in NAMES:
                raise ValueError(f"{FOUND} is none of the names of files that can't be shown")
            wanted |= set(_FILLED.findall(str(found)))
        if missing := wanted - set(self.parts):
            raise ValueError(f"the fault {self.code} lacks {', '.join(sorted(missing))}")

    def __str__(self) -> str:
        """In English."""
        parts = {name: _written(part) for name, part in self.parts.items()}
        if FOUND in parts:
            parts[FOUND] %= parts
        sentence = SENTENCES[self.code] % parts
        return f"{sentence} The decoder says: {parts[SAID]}." if SAID in parts else sentence


def fault(code: FaultCode, **parts: int | float | str) -> FileFault:
    return FileFault(code, parts)


def _written(part: float | str) -> str:
    return part if isinstance(part, str) else f"{part:,.1f}".removesuffix(".0")

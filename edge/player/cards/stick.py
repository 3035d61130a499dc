"""What the screen says about a USB stick, while whoever plugged it in stands there: values."""

from datetime import datetime, timedelta

from edge.status import CacheStatus, StickOutcome

TOLD_FOR = timedelta(seconds=20)
_WORDS = {
    StickOutcome.COPYING: "Copying. Leave the stick in.",
    StickOutcome.TAKEN: "It plays now. You can pull the stick.",
    StickOutcome.NOTHING_NEW: "Nothing new on it. You can pull it.",
    StickOutcome.OTHERS: "It is for other screens.",
    StickOutcome.REFUSED: "Refused. Export to it again.",
    StickOutcome.NO_SPACE: "There is no space for it.",
    StickOutcome.FAILED: "Not copied. Plug it in again.",
}


def stick_badge(cache: CacheStatus | None, now: datetime) -> tuple[str, str] | None:
    """Title and text, as in `2 files from the stick`: while a stick is copied, and for 20 s afterwards.

    How far it is isn't said: no picture is drawn anew for it.
    """
    stick = cache.stick if cache is not None else None
    if stick is None or not (stick.outcome is StickOutcome.COPYING or now - TOLD_FOR < stick.at <= now):
        return None
    is_counted = stick.outcome in (StickOutcome.COPYING, StickOutcome.TAKEN) and stick.files > 0
    count = f"{stick.files} file{'' if stick.files == 1 else 's'}"
    return f"{count} from the stick" if is_counted else "USB stick", _WORDS[stick.outcome]

"""When the whole service is guessed at, codes grow: six characters are no longer believed, eight are (P20).

Nobody can shut others out that way: who reads a code from a screen types two characters more, and a QR's claim key or a
fleet's token, which nobody guesses, is not held up at all.
"""

from cloud.attempts import Limit, seconds_to_wait
from cloud.db.unit import Unit
from cloud.problems import slow_down
from cloud.screens.codes import LONG_CODE_CHARACTERS, USER_CODE_CHARACTERS

EVERYONE = (Limit(1000, 24 * 3600),)
SHORT_CODES = 3_000
"""As many may be live at once as keep the odds of all guesses of a day below one in a million; more are long ones."""
KINDS = ("code-everyone", "redeem-everyone")


def characters(unit: Unit, live: int) -> int:
    """How many a new code has; `live`: codes that may be claimed now."""
    is_guessed_at = live >= SHORT_CODES or any(seconds_to_wait(unit, kind, "", EVERYONE) for kind in KINDS)
    return LONG_CODE_CHARACTERS if is_guessed_at else USER_CODE_CHARACTERS


def refuse_short(unit: Unit, kind: str, code: str) -> None:
    """Raises Problem 429 for a code that is too short to be believed now."""
    wait = seconds_to_wait(unit, kind, "", EVERYONE)
    if wait and len(code) < LONG_CODE_CHARACTERS:
        raise slow_down(wait)

"""When the whole service is guessed at, codes on screens grow: six characters are no longer believed, eight are (P20).

Nobody can shut others out that way: who reads a code from a screen types two characters more. A QR's claim key and a
fleet's token, which nobody guesses, and codes made beforehand, which have eight, are not held up at all.
"""

from cloud.attempts import Limit, seconds_to_wait
from cloud.db.unit import Unit
from cloud.problems import slow_down
from cloud.screens.codes import LONG_CODE_CHARACTERS, USER_CODE_CHARACTERS

EVERYONE = (Limit(1000, 24 * 3600),)
SHORT_CODES = 3_000
"""As many may be live at once as keep the odds of all guesses of a day below one in a million; more are long ones."""
KIND = "code-everyone"
"""What wrong codes of everybody together are counted as (`cloud.attempts`)."""


def characters(unit: Unit, live: int) -> int:
    """How many a new code has; `live`: codes that may be claimed now."""
    is_guessed_at = live >= SHORT_CODES or seconds_to_wait(unit, KIND, "", EVERYONE) > 0
    return LONG_CODE_CHARACTERS if is_guessed_at else USER_CODE_CHARACTERS


def refuse_short(unit: Unit, code: str) -> None:
    """Raises Problem 429 for a code that is too short to be believed now."""
    wait = seconds_to_wait(unit, KIND, "", EVERYONE)
    if wait and len(code) < LONG_CODE_CHARACTERS:
        raise slow_down(wait)

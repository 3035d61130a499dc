"""Guessing passwords and codes stays slow: wrong ones are counted by e-mail address and by where they come from.

Whoever guesses from one place shuts out nobody but that place: somebody else's address is known to many, and so it is
counted for the two together. From everywhere together an address is guessed at more often before it is shut.
"""

from collections.abc import Mapping

from cloud.attempts import Limit, count_one, hold, seconds_to_wait
from cloud.db.unit import Unit
from cloud.problems import Problem

LIMITS = {
    "login": (Limit(10, 15 * 60), Limit(100, 24 * 3600)),
    "login-anywhere": (Limit(100, 15 * 60), Limit(300, 24 * 3600)),
    "login-ip": (Limit(100, 15 * 60),),
}
"""Wrong passwords for an address from one network, from all of them, and from one network for all addresses."""
CODE_LIMITS = (Limit(10, 15 * 60), Limit(100, 24 * 3600))
"""Wrong one-time codes of a person: who sends one knows the password, so nobody else can use them up."""


def refuse_when_too_many(unit: Unit, email: str, network: str) -> None:
    """Raises Problem 429 AUTH_003 with `Retry-After`."""
    keys = _keys(email, network)
    _refuse(max(seconds_to_wait(unit, kind, keys[kind], limits) for kind, limits in LIMITS.items()))


def answer_to_guess(unit: Unit, email: str, network: str, *, right: bool) -> None:
    """Call it before it is told whether a password was right; a wrong one is counted.

    Raises Problem 429, whether it was or not: of many guesses that came at once, and were all looked at before one of
    them was counted, no more are answered than the limits allow.
    """
    keys = _keys(email, network)
    hold(unit, keys)
    refuse_when_too_many(unit, email, network)
    if not right:
        for kind, key in keys.items():
            count_one(unit, kind, key)


def refuse_more_codes(unit: Unit, user_id: str) -> None:
    """Until the commit nobody else has a code of this person looked at. Raises Problem 429 AUTH_003."""
    hold(unit, {"totp": user_id})
    _refuse(seconds_to_wait(unit, "totp", user_id, CODE_LIMITS))


def count_wrong_code(unit: Unit, user_id: str) -> None:
    count_one(unit, "totp", user_id)


def _keys(email: str, network: str) -> Mapping[str, str]:
    return {"login": f"{network} {email}", "login-anywhere": email, "login-ip": network}


def _refuse(wait: int) -> None:
    if wait:
        raise Problem(429, "AUTH_003", f"Too many attempts: try again in {wait} s.", headers={"Retry-After": str(wait)})

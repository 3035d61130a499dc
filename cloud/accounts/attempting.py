"""Guessing passwords and codes stays slow: wrong ones are counted by e-mail address and by IP address."""

from cloud.attempts import Limit, count_one, seconds_to_wait
from cloud.db.unit import Unit
from cloud.problems import Problem

EMAIL_LIMITS = (Limit(10, 15 * 60), Limit(100, 24 * 3600))
IP_LIMITS = (Limit(100, 15 * 60),)
"""Wrong passwords for one address, and from one IP address ten times as many."""


def refuse_when_too_many(unit: Unit, email: str, ip: str) -> None:
    """Raises Problem 429 AUTH_003 with `Retry-After`."""
    wait = max(seconds_to_wait(unit, "login", email, EMAIL_LIMITS), seconds_to_wait(unit, "login-ip", ip, IP_LIMITS))
    if wait:
        raise Problem(429, "AUTH_003", f"Too many attempts: try again in {wait} s.", headers={"Retry-After": str(wait)})


def count_failure(unit: Unit, email: str, ip: str) -> None:
    count_one(unit, "login", email)
    count_one(unit, "login-ip", ip)

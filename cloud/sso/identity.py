"""What a provider says about somebody, or why it says nothing. Apart from the adapter, whose libraries take a while."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is, by their issuer's word. (issuer, subject) never changes hands; an e-mail address may."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    first_name: str
    last_name: str


class Unreachable(Exception):
    """The provider does not answer, or not as an OpenID provider; trying again later may help. For the log."""


class Refused(Exception):
    """The provider says no to this sign-in, or what it says proves nothing. For the log."""

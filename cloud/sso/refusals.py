"""Why somebody was not let in by their provider: each a page that says what to do."""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Words:
    status: int
    title: str
    sentence: str
    advice: str


class Refusal(Enum):
    OTHER_BROWSER = Words(
        400,
        "This sign-in can’t go on",
        "It was begun in another browser, was used already, or took longer than ten minutes.",
        "Begin again from the sign-in page, in this browser and with cookies allowed.",
    )
    DECLINED = Words(
        403,
        "You were not signed in",
        "{host} did not confirm who you are: it was cancelled, or you may not use this application there.",
        "Try again; if it stays so, ask whoever runs {host} to give you access to Vizora.",
    )
    NOT_BELIEVED = Words(
        403,
        "You were not signed in",
        "What {host} sent could not be confirmed.",
        "Try again. If it stays so, the log of this server says why: tell whoever runs it.",
    )
    UNREACHABLE = Words(
        503,
        "{host} does not answer",
        "Signing in with {host} is not possible at the moment. Your screens play on.",
        "Try again in a minute, or sign in with your password.",
    )
    UNVERIFIED = Words(
        403,
        "Your e-mail address is not confirmed",
        "{host} does not vouch for your e-mail address, and that is needed to make an account.",
        "Confirm your address at {host}, then try again.",
    )
    LINK_FIRST = Words(
        409,
        "This address has an account with a password",
        "For your safety it is not opened by another way just because the address is the same.",
        "Sign in with your password; then link {host} to your account, and from then on both ways lead in.",
    )
    NOT_INVITED = Words(
        403,
        "You have no account here yet",
        "New people join by an invitation.",
        "Ask an admin of your organization to invite you, then open the link of the letter.",
    )
    OTHER_ADDRESS = Words(
        403,
        "The invitation is for another address",
        "It was sent to another e-mail address than the one {host} knows you by.",
        "Sign in at {host} with the address that was invited, or ask for an invitation to this one.",
    )
    HAS_ACCOUNT = Words(
        409,
        "You have an account already",
        "This account at {host} belongs to somebody here already, and can’t belong to a second one.",
        "Sign in with it instead.",
    )
    INACTIVE = Words(
        403,
        "This account is not active",
        "An admin of your organization has switched it off.",
        "Ask an admin of your organization.",
    )
    NOT_ALLOWED = Words(403, "This can’t be done here", "{detail}", "Go back and begin again.")


class Turned(Exception):
    """Away, for this reason."""

    def __init__(self, refusal: Refusal, detail: str = "") -> None:
        super().__init__(refusal.name)
        self.refusal = refusal
        self.detail = detail

"""Why somebody was not let in by their provider: each a page that says what to do."""

from dataclasses import dataclass
from enum import Enum

from cloud.web.speech import N_


@dataclass(frozen=True, slots=True)
class Words:
    status: int
    title: str
    sentence: str
    advice: str


class Refusal(Enum):
    OTHER_BROWSER = Words(
        400,
        N_("This sign-in can’t go on"),
        N_("It was begun in another browser, was used already, or took longer than ten minutes."),
        N_("Begin again from the sign-in page, in this browser and with cookies allowed."),
    )
    DECLINED = Words(
        403,
        N_("You were not signed in"),
        N_("%(host)s did not confirm who you are: it was cancelled, or you may not use this application there."),
        N_("Try again; if it stays so, ask whoever runs %(host)s to give you access to Vizora."),
    )
    NOT_BELIEVED = Words(
        403,
        N_("You were not signed in"),
        N_("What %(host)s sent could not be confirmed."),
        N_("Try again. If it stays so, the log of this server says why: tell whoever runs it."),
    )
    UNREACHABLE = Words(
        503,
        N_("%(host)s does not answer"),
        N_("Signing in with %(host)s is not possible at the moment. Your screens play on."),
        N_("Try again in a minute, or sign in with your password."),
    )
    UNVERIFIED = Words(
        403,
        N_("Your e-mail address is not confirmed"),
        N_("%(host)s does not vouch for your e-mail address, and that is needed to make an account."),
        N_("Confirm your address at %(host)s, then try again."),
    )
    LINK_FIRST = Words(
        409,
        N_("This address has an account with a password"),
        N_("For your safety it is not opened by another way just because the address is the same."),
        N_("Sign in with your password; then link %(host)s to your account, and from then on both ways lead in."),
    )
    NOT_INVITED = Words(
        403,
        N_("You have no account here yet"),
        N_("New people join by an invitation."),
        N_("Ask an admin of your organization to invite you, then open the link of the letter."),
    )
    OTHER_ADDRESS = Words(
        403,
        N_("The invitation is for another address"),
        N_("It was sent to another e-mail address than the one %(host)s knows you by."),
        N_("Sign in at %(host)s with the address that was invited, or ask for an invitation to this one."),
    )
    HAS_ACCOUNT = Words(
        409,
        N_("You have an account already"),
        N_("This account at %(host)s belongs to somebody here already, and can’t belong to a second one."),
        N_("Sign in with it instead."),
    )
    INACTIVE = Words(
        403,
        N_("This account is not active"),
        N_("An admin of your organization has switched it off."),
        N_("Ask an admin of your organization."),
    )
    NOT_ALLOWED = Words(403, N_("This can’t be done here"), "%(detail)s", N_("Go back and begin again."))


class Turned(Exception):
    """Away, for this reason."""

    def __init__(self, refusal: Refusal, detail: str = "") -> None:
        super().__init__(refusal.name)
        self.refusal = refusal
        self.detail = detail

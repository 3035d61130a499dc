"""What is wrong, in the language of the page: the API and the screens say it in English, with a code known here.

English pages show their own sentences, which know more of the case.
"""

from collections.abc import Mapping
from typing import Any

from cloud.content.file_faults import FOUND, SENTENCES, FaultCode
from cloud.web.speech import ENGLISH, N_, _, speaking
from cloud.web.writing import as_written, number

CODES = {
    "AUTH_001": N_("The e-mail address, the password or the code is wrong."),
    "AUTH_002": N_("You are signed out: sign in again."),
    "AUTH_003": N_("Too many attempts: wait a while."),
    "AUTHZ_001": N_("Your role may not do this: ask an admin of your organization."),
    "AUTHZ_002": N_("New organizations can’t be made here: ask for an invitation, or use the setup token."),
    "AUTHZ_004": N_("This request does not come from a page of this server: load the page again."),
    "AUTHZ_005": N_("This account is not active: ask an admin of your organization."),
    "BILLING_001": N_("The payment service can’t be asked now: try again in a while."),
    "BILLING_002": N_("This server sells nothing: its operator sets how much there is."),
    "CONFLICT_001": N_("This does not go together with what there is: load the page again and look."),
    "CONTENT_001": N_("There is no such content: it may have been deleted."),
    "CONTENT_002": N_("The file is too large."),
    "CONTENT_003": N_("Files of this kind can’t be shown: take a picture, a film or a PDF."),
    "CONTENT_004": N_("The file is damaged, or is not what its name says."),
    "CONTENT_005": N_("There is no room left for content: remove something, or get more room."),
    "DEVICE_001": N_("This code is wrong or has expired: look at the screen for the current one."),
    "DEVICE_002": N_("This screen belongs to an organization already: remove it there first."),
    "DEVICE_003": N_("All screens of your plan are in use: remove one, or change the plan."),
    "IDEMPOTENCY_001": N_("This was sent twice: load the page again."),
    "NOT_FOUND_001": N_("It is not there any more: it may have been deleted."),
    "PLAYLIST_001": N_("Something in it is not there any more: take it out."),
    "PRECONDITION_001": N_("It was changed in the meantime: load the page again, then change it."),
    "RATE_001": N_("Too much at once: try again in a while."),
    "SCHEDULE_001": N_("The cron expression can’t be read: it has five parts, as in 0 9 * * 1-5."),
    "SCHEDULE_002": N_("There is no such time zone."),
    "SERVER_001": N_("Something went wrong on the server; its log says what."),
    "SERVER_002": N_("The database can’t be used at the moment; nothing was changed. Try again in a while."),
    "SERVER_003": N_("A service that is needed does not answer: try again in a while."),
    "STORAGE_001": N_("The store for files can’t be used at the moment: try again in a while."),
    "VALIDATION_001": N_("Something that was given is not right: look at the fields."),
}
"""By the API's `code` (CONTRACT section 1)."""

STUCK = {
    "VZ-104": N_("Its network wants a sign-in page."),
    "VZ-105": N_("Its network does not know the cloud’s name."),
    "VZ-106": N_("Its clock is not confirmed; it waits for the time."),
    "VZ-107": N_("It does not reach the cloud; it tries again."),
    "VZ-109": N_("It was removed from its organization."),
    "VZ-111": N_("No display answers."),
    "VZ-112": N_("Its storage is full or failing; what is there plays on."),
    "VZ-113": N_("It refused the newest programme; the one before plays on."),
    "VZ-120": N_("It refused the newest programme; the one before plays on."),
    "VZ-121": N_("Its player ended again and again; it leaves out what was on then, or waits for a new programme."),
    "VZ-130": N_("Two devices say they are this screen: its card was copied. Revoke it, then pair the right one anew."),
}
"""What a screen reports, by its code."""


def told(problem: Mapping[str, Any]) -> str:
    """What an API's problem says, for people: its fields, or its sentence."""
    code = str(problem.get("code") or "")
    if speaking.get() is not ENGLISH and code in CODES:
        return _(CODES[code])
    faults = [f"{one['field'].removeprefix('/')} {one['message']}" for one in problem.get("errors", ())]
    return "; ".join(faults) or str(problem.get("detail", ""))


def unfit(content: Mapping[str, Any]) -> str:
    """Why content can't be shown and what to do; empty where only the API's own sentence is known."""
    fault = content["uploadFault"] or {"code": "", "parts": {}}
    sentence = SENTENCES.get(fault["code"])
    if not sentence:
        return ""
    parts = {name: _part(value) for name, value in fault["parts"].items()}
    if fault["code"] == FaultCode.KIND:
        stranger = fault["parts"][FOUND]
        parts[FOUND] = _(stranger, **parts)
    return _(sentence, **parts)


def _part(value: float | str) -> str:
    if isinstance(value, str):
        return as_written(value)
    return number(value, 0 if float(value).is_integer() else 1)


def stuck(problem: Mapping[str, Any]) -> str:
    """What a screen says that it suffers from; the code where it said no more."""
    code = str(problem.get("code") or "")
    if speaking.get() is not ENGLISH and code in STUCK:
        return _(STUCK[code])
    return str(problem.get("sentence") or code)

"""An explanation as the API gives it: each reason as a sentence, and as what that is made of."""

from msgspec.structs import asdict

from vizora.schedule.model import Answer, Explanation
from vizora.schedule.reasons import Because, Told
from vizora.schedule.sentences import explanation


class ToldBecause(Told, frozen=True):
    """`because` is a `code` with its parts, for whoever says it in another language."""

    because: Because


class Explained(Explanation, frozen=True):
    why: tuple[ToldBecause, ...]


def explained(answer: Answer) -> Explained:
    told = explanation(answer)
    pairs = zip(told.why, answer.why, strict=True)
    why = tuple(ToldBecause(**asdict(said), because=reason.because) for said, reason in pairs)
    return Explained(**{**asdict(told), "why": why})

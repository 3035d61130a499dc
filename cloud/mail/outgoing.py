"""Letters to people. Without a mail server they go to the log, where the operator finds the link to hand on."""

import logging
from dataclasses import dataclass
from typing import Protocol

import msgspec

from cloud.db.ids import new_id
from cloud.db.unit import Unit
from cloud.jobs import rows
from cloud.sealing import seal, unseal

SEND = "letter.send"
PURPOSE = b"vizora letter"
log = logging.getLogger("vizora.cloud")


@dataclass(frozen=True, slots=True)
class Letter:
    to: str
    subject: str
    text: str


class Post(Protocol):
    delivers: bool
    """Whether letters reach people by themselves."""

    def send(self, unit: Unit, letter: Letter) -> None:
        """On its way as soon as this transaction is committed."""


class LoggedPost:
    delivers = False

    def send(self, _: Unit, letter: Letter) -> None:
        log.warning("no SMTP_URL: this letter is for %s: %s\n%s", letter.to, letter.subject, letter.text)


class QueuedPost:
    """Each letter is a job. In the database it is sealed: whoever reads the link in it has the account."""

    delivers = True

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def send(self, unit: Unit, letter: Letter) -> None:
        id_ = new_id()
        rows.add(unit, SEND, id_, seal(msgspec.json.encode(letter), self._secret, purpose=PURPOSE, about=id_))


def opened(sealed: str, secret: str, id_: str) -> Letter:
    """Raises NotOpened."""
    return msgspec.json.decode(unseal(sealed, secret, purpose=PURPOSE, about=id_), type=Letter)

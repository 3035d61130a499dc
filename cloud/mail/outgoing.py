"""Letters to people. Without a mail server they go to the log, where the operator finds the link to hand on."""

import logging
import smtplib
import ssl
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol

from cloud.mail.server import SmtpServer

log = logging.getLogger("vizora.cloud")
TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True)
class Letter:
    to: str
    subject: str
    text: str


class Post(Protocol):
    """Takes letters; returns at once. A letter that can't be sent is told in the log."""

    delivers: bool
    """Whether letters reach people by themselves."""

    def send(self, letter: Letter) -> None: ...

    def close(self) -> None: ...


class LoggedPost:
    delivers = False

    def send(self, letter: Letter) -> None:
        log.warning("no SMTP_URL: this letter is for %s: %s\n%s", letter.to, letter.subject, letter.text)

    def close(self) -> None:
        return None


class SmtpPost:
    """Sends in a thread of its own, one letter after the other."""

    delivers = True

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="mail")

    def send(self, letter: Letter) -> None:
        self._thread.submit(self._try, letter)

    def close(self) -> None:
        """What is under way is sent; what waits is not."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _try(self, letter: Letter) -> None:
        try:
            deliver(self._server, letter)
        except (OSError, smtplib.SMTPException, ValueError) as fault:
            log.error("SMTP_URL: the letter %r was not sent: %s", letter.subject, type(fault).__name__)


def deliver(server: SmtpServer, letter: Letter) -> None:
    """Blocks until the mail server took it.

    Raises OSError, SMTPException, or ValueError for an address that would break the letter's head. A server on another
    machine must offer TLS: neither passwords nor links cross a network in clear text.
    """
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = server.sender, letter.to, letter.subject
    message.set_content(letter.text)
    with _connect(server) as connection:
        if server.user and server.password:
            connection.login(server.user, server.password)
        connection.send_message(message)


def _connect(server: SmtpServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.tls_at_once:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=context)
    connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    connection.ehlo_or_helo_if_needed()
    if connection.has_extn("starttls") or not server.local:
        try:
            connection.starttls(context=context)
        except BaseException:
            connection.close()
            raise
    return connection

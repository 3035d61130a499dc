"""Handing letters to the mail server (RFC 5321): the job `letter.send`.

A letter may arrive twice, when a worker died between the mail server's answer and its own note of it; none is lost.
"""

import smtplib
import ssl
from email.message import EmailMessage

from cloud.jobs.job import Hopeless, Job, Kind, Outcome, nothing
from cloud.mail.outgoing import SEND, Letter, opened
from cloud.mail.server import SmtpServer
from cloud.rooms import Room
from cloud.sealing import NotOpened
from cloud.services import Cloud
from vizora.errors import NetworkError, OperatorError, VizoraError

TIMEOUT_S = 20.0
LETTERS = 2


async def send(cloud: Cloud, job: Job) -> Outcome:
    """Raises Hopeless when the mail server refuses the letter for good; what else goes wrong may go right later."""
    server, sealed = cloud.config.smtp, job.payload or ""
    if server is None:
        raise OperatorError("SMTP_URL is not set for this process, but it was for the one that wrote the letter")
    try:
        letter = opened(sealed, cloud.device_secret, job.subject)
        await cloud.outside(lambda: deliver(server, letter))
    except (NotOpened, ValueError) as fault:
        raise Hopeless(type(fault).__name__) from None  # its text has the letter's head
    except smtplib.SMTPRecipientsRefused as fault:
        raise _refused(fault, max(code for code, _ in fault.recipients.values())) from None
    except smtplib.SMTPDataError as fault:
        raise _refused(fault, fault.smtp_code) from None
    return nothing


def _refused(fault: Exception, code: int) -> VizoraError:
    """4xx means later, 5xx means never (RFC 5321, 4.2.1). Nobody's address is told."""
    return (Hopeless if code >= 500 else NetworkError)(f"{type(fault).__name__} {code}")


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


ROOM = Room(jobs=lambda _: (Kind(SEND, send, at_once=LETTERS),))

import base64
import logging
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from cloud.config import CloudConfig
from cloud.db import tables
from cloud.db.unit import Row
from cloud.jobs.job import PAUSES
from cloud.mail.outgoing import SEND, Letter, LoggedPost, opened
from cloud.mail.sending import deliver
from cloud.mail.server import SmtpServer, read
from cloud.sealing import NotOpened
from tests.cloud.house import House
from tests.fakes.clock import FakeClock
from tests.fakes.letterbox import mail_server
from tests.free_port import free_port

LETTER = Letter("ada@acme.example", "Grüße", "Choose it here:\nhttps://signage.example/reset#token=abc\n")


def server(port: int) -> SmtpServer:
    return SmtpServer("127.0.0.1", port, "signage@example.org")


def test_a_letter_arrives_as_it_was_written() -> None:
    with mail_server(port := free_port()) as arrived:
        deliver(server(port), LETTER)
        letter = arrived.wait_for(1)[0]

    assert (letter["To"], letter["From"], letter["Subject"]) == (LETTER.to, "signage@example.org", LETTER.subject)
    assert letter.get_content().replace("\r\n", "\n") == LETTER.text  # type: ignore[attr-defined]


def test_an_address_that_would_write_into_the_head_is_refused() -> None:
    with mail_server(port := free_port()) as arrived:
        with pytest.raises(ValueError, match=r"newline|linefeed"):
            deliver(server(port), replace(LETTER, to="a@b.example\nBcc: everybody@example.org"))
        assert arrived.taken == []


def test_a_server_on_another_machine_has_to_offer_tls() -> None:
    class Elsewhere(SmtpServer):
        @property
        def local(self) -> bool:
            return False

    with mail_server(port := free_port()) as arrived:
        with pytest.raises(smtplib.SMTPNotSupportedError):
            deliver(Elsewhere("127.0.0.1", port, "signage@example.org"), LETTER)
        assert arrived.taken == []


def test_without_a_mail_server_the_operator_finds_the_link_in_the_log(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        house.do("-", lambda unit: LoggedPost().send(unit, LETTER))

    assert "token=abc" in caplog.text


@contextmanager
def mailing(tmp_path: Path, port: int) -> Iterator[House]:
    config = CloudConfig(data_dir=tmp_path / "var", smtp=server(port), look_s=3600.0)
    with House(config, FakeClock()) as house:
        house.register()
        yield house


def forget_password(house: House) -> None:
    assert house.client.post("/api/auth/password-reset", json={"email": "admin@acme.example"}).status_code == 202


def jobs_of(house: House) -> list[Row]:
    jobs = tables.jobs
    return house.do("-", lambda unit: unit.rows(select(jobs).where(jobs.c.kind == SEND)))


def test_a_forgotten_password_is_mailed_by_the_running_cloud(tmp_path: Path) -> None:
    with mail_server(port := free_port()) as arrived, mailing(tmp_path, port) as house:
        forget_password(house)
        letter = arrived.wait_for(1)[0]
        house.work()

        assert jobs_of(house) == []
    assert letter["To"] == "admin@acme.example"
    assert "/reset-password#token=" in letter.get_content()  # type: ignore[attr-defined]


def test_a_letter_that_is_refused_for_good_is_given_up_and_told_without_its_link(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with mail_server(port := free_port(), refuses=True), mailing(tmp_path, port) as house:
        forget_password(house)
        house.work()
        (job,) = jobs_of(house)

    assert (job["given_up_at"], job["payload"]) == (house.clock.now(), None)
    assert "SMTPRecipientsRefused 550" in job["fault"]
    assert "given up" in caplog.text
    assert "token=" not in caplog.text


def test_a_mail_server_that_was_away_gets_the_letter_later(tmp_path: Path) -> None:
    port = free_port()
    with mailing(tmp_path, port) as house:
        forget_password(house)
        house.work()
        (waiting,) = jobs_of(house)
        with mail_server(port) as arrived:
            house.clock.pass_time(5)
            house.cloud.queue.hint()
            arrived.wait_for(1)
            house.work()

        assert jobs_of(house) == []
    assert waiting["given_up_at"] is None
    assert waiting["due_at"] - waiting["created_at"] == PAUSES[0]


def test_nobody_who_reads_the_database_gets_the_link(tmp_path: Path) -> None:
    with mailing(tmp_path, free_port()) as house:
        forget_password(house)
        house.work()
        (job,) = jobs_of(house)
        secret = house.cloud.device_secret

    assert "token=" in opened(job["payload"], secret, job["subject"]).text
    assert b"token=" not in base64.b64decode(job["payload"])
    for another, id_ in (("another secret of that length, or so", job["subject"]), (secret, "another id")):
        with pytest.raises(NotOpened):
            opened(job["payload"], another, id_)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://h?from=a@b.example", SmtpServer("h", 587, "a@b.example")),
        ("smtps://u%40x.example:p%2Fw@h", SmtpServer("h", 465, "u@x.example", "u@x.example", "p/w", tls_at_once=True)),
        ("smtp://u:p@h:25?from=a@b.example", SmtpServer("h", 25, "a@b.example", "u", "p")),
    ],
)
def test_the_address_of_a_server_is_read(url: str, expected: SmtpServer) -> None:
    assert read(url) == expected


@pytest.mark.parametrize("url", ["", "http://h?from=a@b", "smtp://", "smtp://h", "smtp://h:x?from=a@b", "smtp://u:p@h"])
def test_a_wrong_address_of_a_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        read(url)


def test_a_password_is_not_shown() -> None:
    assert "hunter2" not in repr(read("smtp://u:hunter2@h?from=a@b.example"))

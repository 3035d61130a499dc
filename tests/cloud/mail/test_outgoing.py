import logging
import smtplib
from dataclasses import replace
from pathlib import Path

import pytest

from cloud.config import CloudConfig
from cloud.mail.outgoing import Letter, LoggedPost, SmtpPost, deliver
from cloud.mail.server import SmtpServer, read
from tests.cloud.house import House
from tests.fakes.clock import FakeClock
from tests.fakes.letterbox import mail_server
from tests.free_port import free_port

LETTER = Letter("ada@acme.example", "Grüße", "Choose it here:\nhttps://signage.example/reset#token=abc\n")


def server(port: int) -> SmtpServer:
    return SmtpServer("127.0.0.1", port, "signage@example.org")


def test_a_letter_arrives_as_it_was_written() -> None:
    with mail_server(port := free_port()) as arrived:
        post = SmtpPost(server(port))
        post.send(LETTER)
        letter = arrived.wait_for(1)[0]
        post.close()

    assert (letter["To"], letter["From"], letter["Subject"]) == (LETTER.to, "signage@example.org", LETTER.subject)
    assert letter.get_content().replace("\r\n", "\n") == LETTER.text  # type: ignore[attr-defined]


def test_a_letter_that_is_refused_is_told_in_the_log_without_its_link(caplog: pytest.LogCaptureFixture) -> None:
    with mail_server(port := free_port(), refuses=True):
        post = SmtpPost(server(port))
        post.send(LETTER)
        post._thread.submit(lambda: None).result()
        post.close()

    assert "was not sent: SMTPRecipientsRefused" in caplog.text
    assert "token=abc" not in caplog.text


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


def test_without_a_mail_server_the_operator_finds_the_link_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        LoggedPost().send(LETTER)

    assert "token=abc" in caplog.text


def test_a_forgotten_password_is_mailed_by_the_running_cloud(tmp_path: Path) -> None:
    with mail_server(port := free_port()) as arrived:
        config = CloudConfig(data_dir=tmp_path / "var", smtp=server(port))
        with House(config, FakeClock()) as house:
            admin = house.register()
            house.client.post("/api/auth/password-reset", json={"email": admin.email})
            letter = arrived.wait_for(1)[0]

    assert letter["To"] == admin.email
    assert "/reset-password#token=" in letter.get_content()  # type: ignore[attr-defined]


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

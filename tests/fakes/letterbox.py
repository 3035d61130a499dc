"""Post that keeps the letters, and a small mail server that really speaks SMTP (RFC 5321) over a socket."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default

from cloud.db.unit import Unit
from cloud.mail.outgoing import Letter


@dataclass
class Letterbox:
    delivers: bool = True
    letters: list[Letter] = field(default_factory=list)

    def send(self, _: Unit, letter: Letter) -> None:
        self.letters.append(letter)

    @property
    def token(self) -> str:
        """What stands behind `#token=` in the newest letter."""
        found = re.search(r"#token=(\S+)", self.letters[-1].text)
        assert found is not None
        return found[1]


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server = self.server
        assert isinstance(server, MailServer)
        self._say("220 fake")
        while line := self.rfile.readline():
            word = line.decode().strip().upper()
            if word.startswith("EHLO"):
                self._say("250 fake")
            elif word == "DATA":
                self._say("354 go on")
                server.take(self._data())
                self._say("250 taken")
            elif word == "QUIT":
                self._say("221 bye")
                return
            elif word.startswith("RCPT") and server.refuses:
                self._say("550 nobody here")
            else:
                self._say("250 ok")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _data(self) -> bytes:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int, *, refuses: bool) -> None:
        super().__init__(("127.0.0.1", port), _Conversation)
        self.refuses = refuses
        self.taken: list[Message] = []
        self._arrived = threading.Condition()

    def take(self, data: bytes) -> None:
        with self._arrived:
            self.taken.append(message_from_bytes(data, _class=EmailMessage, policy=default))
            self._arrived.notify_all()

    def wait_for(self, count: int) -> list[Message]:
        """Returns once so many letters are there."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.taken) >= count, timeout=30)
            return self.taken


@contextmanager
def mail_server(port: int, *, refuses: bool = False) -> Iterator[MailServer]:
    with MailServer(port, refuses=refuses) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()

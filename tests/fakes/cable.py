"""The cable between a browser and the cloud: it can be slow on the way up, and it can be pulled out."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PIECE = 16_384


class Cable:
    """Carries TCP from its own `port` of 127.0.0.1 to the server's."""

    def __init__(self, server_port: int) -> None:
        self.upload_bytes_s: int | None = None
        self.carried_up = 0
        """Bytes so far."""
        self._server_port = server_port
        self._pulled = threading.Event()
        self._ends: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, PIECE)
        self.port = int(self._listener.getsockname()[1])

    def pull(self) -> None:
        """What is on its way breaks, and nobody gets through."""
        self._pulled.set()
        for end in self._ends:
            _break(end)

    def plug_in(self) -> None:
        self._pulled.clear()

    def serve(self) -> None:
        """Until `close`."""
        with suppress(OSError):
            while True:
                browser, _ = self._listener.accept()
                self._join(browser)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.pull()
        for end in self._ends:
            end.close()

    def _join(self, browser: socket.socket) -> None:
        if self._pulled.is_set():
            browser.close()
            return
        server = socket.create_connection(("127.0.0.1", self._server_port))
        self._ends += [browser, server]
        threading.Thread(target=self._carry, args=(browser, server, True), daemon=True).start()
        threading.Thread(target=self._carry, args=(server, browser, False), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, up: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(PIECE):
                if up and self.upload_bytes_s:
                    self._pulled.wait(len(piece) / self.upload_bytes_s)
                sink.sendall(piece)
                if up:
                    self.carried_up += len(piece)
        _break(source)
        _break(sink)


def _break(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


@contextmanager
def cable(server_port: int) -> Iterator[Cable]:
    made = Cable(server_port)
    thread = threading.Thread(target=made.serve)
    thread.start()
    try:
        yield made
    finally:
        made.close()
        thread.join(60)

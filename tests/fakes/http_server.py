"""An HTTP server in this process for whatever a test wants to stand at the other end."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.free_port import listening_socket


class HttpServer(ThreadingHTTPServer):
    """Listens from the moment it is made, on a port of the tests'."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, handler: Callable[..., BaseHTTPRequestHandler]) -> None:
        listener = listening_socket()
        super().__init__(listener.getsockname(), handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.server_address = self.server_name, self.server_port = listener.getsockname()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no fault of the server's."""

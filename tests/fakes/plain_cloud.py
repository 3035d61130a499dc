"""`python -m tests.fakes.plain_cloud HOST PORT`: as much of a cloud as the connectivity test asks for.

`python -m tests.fakes.plain_cloud dns` answers every question on 127.0.0.1:53 with "no such name".
"""

import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LARGE = b'{"openapi":"3.1.0","x":"' + b"x" * 60_000 + b'"}'
NO_SUCH_NAME = b"\x81\x83"  # a response, recursion, NXDOMAIN (RFC 1035 section 4.1.1)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = LARGE if self.path.endswith("/openapi.json") else b'{"code":"AUTH_002"}'
        self.send_response(200 if body is LARGE else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def know_nothing() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 53))
        while True:
            question, asker = server.recvfrom(512)
            server.sendto(question[:2] + NO_SUCH_NAME + question[4:6] + b"\0" * 6 + question[12:], asker)


if __name__ == "__main__":
    if sys.argv[1] == "dns":
        know_nothing()
    ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Handler).serve_forever()

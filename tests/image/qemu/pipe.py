"""`python pipe.py PORT`: joins its standard input and output to a port of this machine's loopback.

QEMU starts one for each connection that the guest opens to its cloud; nothing else of any network is in reach there.
"""

import os
import selectors
import socket
import sys


def main(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as line:
        ways = selectors.DefaultSelector()
        ways.register(0, selectors.EVENT_READ, line.sendall)
        ways.register(line, selectors.EVENT_READ, _say)
        while True:
            for key, _ in ways.select():
                data = os.read(key.fd, 65536)
                if not data:
                    return
                key.data(data)


def _say(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]


if __name__ == "__main__":
    main(int(sys.argv[1]))

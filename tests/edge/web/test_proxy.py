"""The one way out of the browser: where it leads, and that neither redirects nor changing names get round it."""

import asyncio
from collections.abc import Awaitable, Callable
from ipaddress import ip_address

import pytest

from edge.addresses import Address, allowance
from edge.web.proxy import Proxy, Refused, wanted
from tests.free_port import listening_socket

Server = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Origin:
    """A server on loopback that notes what it was asked and answers in few words."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.port = 0

    async def __aenter__(self) -> "Origin":
        self._server = await asyncio.start_server(self._serve, sock=listening_socket())
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
        await writer.drain()
        writer.close()


async def ask(proxy: Proxy, request: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", await proxy.start())
    writer.write(request.encode())
    answer = await reader.read(64 * 1024)
    writer.close()
    proxy.close()
    return answer


def names(**known: list[str]) -> Callable[[str, int], Awaitable[list[Address]]]:
    """A name service; a name with several answers gives the next one each time it is asked."""

    async def resolve(host: str, _port: int) -> list[Address]:
        answers = known.get(host.partition(".")[0])
        if not answers:
            raise OSError
        return [ip_address(answers.pop(0) if len(answers) > 1 else answers[0])]

    return resolve


def test_a_request_reaches_what_is_allowed_without_words_for_the_proxy() -> None:
    async def scene() -> None:
        async with Origin() as origin:
            allowed = allowance(f"127.0.0.1:{origin.port}")
            host = f"127.0.0.1:{origin.port}"
            head = f"GET http://{host}/a?b=c HTTP/1.1\r\nHost: {host}\r\nProxy-Connection: keep-alive\r\n\r\n"
            answer = await ask(Proxy(allowed), head)

            assert answer.endswith(b"hello")
            assert origin.asked == [f"GET /a?b=c HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()]

    asyncio.run(scene())


def test_a_tunnel_carries_both_ways() -> None:
    async def scene() -> None:
        async with Origin() as origin:
            proxy = Proxy(allowance("tv.local"), names(tv=["127.0.0.1"]))
            reader, writer = await asyncio.open_connection("127.0.0.1", await proxy.start())
            writer.write(f"CONNECT tv.local:{origin.port} HTTP/1.1\r\n\r\n".encode())
            first = await reader.readuntil(b"\r\n\r\n")
            writer.write(b"GET / HTTP/1.1\r\n\r\n")
            answer = await reader.read(1000)
            writer.close()
            proxy.close()

            assert first.startswith(b"HTTP/1.1 200")
            assert answer.endswith(b"hello")

    asyncio.run(scene())


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "inside.example"]
)
@pytest.mark.parametrize("method", ["GET", "CONNECT"])
def test_nothing_inside_is_reached(address: str, method: str) -> None:
    async def scene() -> None:
        async with Origin() as origin:
            place = f"{address}:{origin.port}"
            proxy = Proxy(allowance(""), names(localhost=["127.0.0.1"], inside=["192.168.1.1"]))
            goal = place if method == "CONNECT" else f"http://{place}/"
            answer = await ask(proxy, f"{method} {goal} HTTP/1.1\r\nHost: {place}\r\n\r\n")

            assert answer.startswith(b"HTTP/1.1 502")
            assert b"which web pages may not reach" in answer
            assert origin.asked == []
            assert list(proxy.refusals) == [address.strip("[]")]

    asyncio.run(scene())


def test_a_name_that_leads_elsewhere_the_second_time_gets_nobody_inside() -> None:
    """DNS rebinding: a name is asked for once a connection, and what is connected to is what was checked."""

    async def scene() -> None:
        async with Origin() as origin:
            asked = []
            known = names(rebind=["127.0.0.1", "127.0.0.2"])

            async def resolve(host: str, port: int) -> list[Address]:
                asked.append(host)
                return await known(host, port)

            request = f"GET http://rebind.example:{origin.port}/ HTTP/1.1\r\n\r\n"
            allowed = allowance(f"127.0.0.1:{origin.port}")
            first = await ask(Proxy(allowed, resolve), request)
            second = await ask(Proxy(allowed, resolve), request)

            assert first.endswith(b"hello")
            assert b"leads to 127.0.0.2, which web pages may not reach" in second
            assert len(asked) == 2

    asyncio.run(scene())


def test_an_unknown_name_is_said_so() -> None:
    async def scene() -> None:
        answer = await ask(Proxy(allowance(""), names()), "GET http://nowhere.example/ HTTP/1.1\r\n\r\n")

        assert b"nowhere.example is not known" in answer

    asyncio.run(scene())


@pytest.mark.parametrize(
    "head",
    ["GET / HTTP/1.1", "GET ftp://x/ HTTP/1.1", "GET file:///etc/passwd HTTP/1.1", "CONNECT x:0 HTTP/1.1", "BLAH"],
)
def test_what_is_no_request_to_a_proxy_is_refused(head: str) -> None:
    with pytest.raises(Refused):
        wanted(f"{head}\r\n\r\n".encode())


@pytest.mark.parametrize(
    ("head", "host", "port"),
    [
        ("GET http://Shop.Example HTTP/1.1", "shop.example", 80),
        ("GET http://user@10.0.0.1/ HTTP/1.1", None, 0),
        ("POST http://shop.example:8080/x HTTP/1.1", "shop.example", 8080),
        ("CONNECT [2001:db8::1]:443 HTTP/1.1", "2001:db8::1", 443),
        ("GET http://good.example#@10.0.0.1/ HTTP/1.1", "good.example", 80),
    ],
)
def test_where_a_request_goes(head: str, host: str | None, port: int) -> None:
    if host is None:
        with pytest.raises(Refused):
            wanted(f"{head}\r\n\r\n".encode())
        return
    target = wanted(f"{head}\r\n\r\n".encode())

    assert (target.host, target.port) == (host, port)

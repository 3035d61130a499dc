import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from edge import problems
from edge.http import Fault, Limits, UnreachableError, call, stream
from tests.fakes.device_cloud import FakeCloud, fake_cloud
from tests.fakes.line_faults import Cut, Gate, Portal, Status, Trickle
from tests.free_port import listening_socket

SHORT = Limits(connect_s=2, read_s=2, total_s=0.3, most_bytes=1000)


@pytest.fixture
def cloud() -> Iterator[FakeCloud]:
    with fake_cloud() as running:
        yield running


def fault_of(url: str, limits: Limits = SHORT) -> UnreachableError:
    with pytest.raises(UnreachableError) as caught:
        call("GET", url, limits=limits)
    return caught.value


def test_an_answer_comes_with_status_headers_and_body(cloud: FakeCloud) -> None:
    cloud.fail("/", Status(404, (("X-Thing", "y"),), b"no"))

    answer = call("GET", cloud.url, token="t")

    assert (answer.status, answer.headers["x-thing"], answer.body) == (404, "y", b"no")
    assert cloud.requests[0].headers["Authorization"] == "Bearer t"
    assert cloud.requests[0].headers["Accept-Encoding"] == "identity"


def test_a_server_that_sends_a_header_byte_now_and_then_is_cut_off(cloud: FakeCloud) -> None:
    stop = threading.Event()
    cloud.fail("/", Trickle(0.02, stop))

    error = fault_of(cloud.url)

    stop.set()
    assert error.fault is Fault.TIMEOUT


def test_the_deadline_is_what_cuts_it_off(cloud: FakeCloud) -> None:
    """The broken twin: without a deadline the same server holds the call until it has had enough itself."""
    stop = threading.Event()
    cloud.fail("/", Trickle(0.02, stop))
    ended = threading.Event()

    def no_deadline() -> None:
        with suppress(UnreachableError):
            call("GET", cloud.url, limits=Limits(read_s=2, total_s=3600))
        ended.set()

    thread = threading.Thread(target=no_deadline)
    thread.start()
    assert not ended.wait(4 * SHORT.total_s)
    stop.set()
    thread.join()


def test_a_server_that_accepts_and_says_nothing_is_cut_off() -> None:
    with listening_socket() as silent:
        error = fault_of(f"http://127.0.0.1:{silent.getsockname()[1]}/")

    assert error.fault is Fault.TIMEOUT


def test_nobody_listening_is_told_apart_from_a_silent_server() -> None:
    with listening_socket() as listener:
        port = listener.getsockname()[1]

    error = fault_of(f"http://127.0.0.1:{port}/")

    assert error.fault is Fault.REFUSED
    assert problems.unreachable(f"http://127.0.0.1:{port}", error).code == "VZ-107"
    assert "refuses the connection" in problems.unreachable(f"http://127.0.0.1:{port}", error).sentence


def test_a_name_nobody_knows_is_a_name_problem() -> None:
    error = fault_of("http://signs.invalid/", Limits(total_s=40))

    assert error.fault is Fault.NAME
    assert problems.unreachable("http://signs.invalid", error).code == "VZ-105"


def test_a_server_without_tls_is_a_tls_problem(cloud: FakeCloud) -> None:
    assert fault_of(cloud.url.replace("http:", "https:"), Limits()).fault is Fault.TLS


@pytest.mark.parametrize(
    ("status", "fault"), [(302, Fault.PORTAL), (500, Fault.SERVER), (503, Fault.SERVER), (429, Fault.SERVER)]
)
def test_answers_that_are_none(cloud: FakeCloud, status: int, fault: Fault) -> None:
    cloud.fail("/", Status(status, (("Location", "http://hotel.invalid/"), ("Retry-After", "7"))))

    error = fault_of(cloud.url, Limits())

    assert error.fault is fault
    assert error.retry_after_s == (None if status == 302 else 7)


def test_an_answer_over_the_limit_is_not_taken_in(cloud: FakeCloud) -> None:
    cloud.fail("/", Status(200, body=b"x" * 1001))

    assert fault_of(cloud.url, Limits(most_bytes=1000)).fault is Fault.TOO_BIG


def test_a_packed_answer_is_refused(cloud: FakeCloud) -> None:
    cloud.fail("/", Status(200, (("Content-Encoding", "gzip"),)))

    assert fault_of(cloud.url, Limits()).fault is Fault.SERVER


def test_a_connection_cut_in_the_body_is_an_error_not_a_short_answer(cloud: FakeCloud) -> None:
    cloud.publish({"version": 1})
    cloud.fail("/api/device/manifest", Cut(after=5))

    with pytest.raises(UnreachableError) as caught:
        call("GET", cloud.url + "/api/device/manifest", token=cloud.token)

    assert caught.value.fault is Fault.CUT


def test_a_body_is_read_while_it_comes(cloud: FakeCloud) -> None:
    gate = Gate(after=10)
    sha256 = cloud.add_asset(b"0123456789rest")
    cloud.fail("/api/device/assets", gate)

    with stream("GET", f"{cloud.url}/api/device/assets/{sha256}", token=cloud.token) as answer:
        chunks = answer.chunks()
        first = next(chunks)
        gate.opened.set()
        rest = b"".join(chunks)

    assert (first, rest) == (b"0123456789", b"rest")


def test_a_portal_looks_like_an_answer_until_it_is_read(cloud: FakeCloud) -> None:
    cloud.fail("/", Portal())

    assert b"Hotel" in call("GET", cloud.url).body


def test_sockets_are_let_go(cloud: FakeCloud) -> None:
    before = threading.active_count()

    for _ in range(5):
        call("GET", cloud.url)

    assert threading.active_count() <= before + 5  # the server's own; no timer of ours is left
    assert not [t for t in threading.enumerate() if isinstance(t, threading.Timer) and not t.finished.is_set()]
    assert socket.getdefaulttimeout() is None

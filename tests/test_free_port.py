import pytest

from tests.free_port import HIGHEST, LOWEST, free_port


def test_a_port_that_nobody_listens_on_yet_is_not_given_twice() -> None:
    """A server that takes eight of them got one twice, once in some hundred runs."""
    given = [free_port() for _ in range(400)]
    assert len(set(given)) == len(given)
    assert all(LOWEST <= port < HIGHEST for port in given)


def test_two_workers_of_one_run_never_choose_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "2")
    given = []
    for worker in ("gw0", "gw1"):
        monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
        given.append({free_port() % 2 for _ in range(50)})
    assert given == [{0}, {1}]

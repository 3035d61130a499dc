"""More to do than there is time for is said as such, not as a fault of ours."""

from sqlalchemy import Engine
from sqlalchemy.pool import QueuePool

from tests.cloud.house import House


def test_a_database_that_is_busy_for_too_long_is_503(house: House) -> None:
    admin = house.register()
    writer: Engine = house.cloud.database._writer
    pool = writer.pool
    assert isinstance(pool, QueuePool)
    pool._max_overflow = 0
    patience = pool._timeout
    held = [writer.connect() for _ in range(pool.size())]  # with the usual patience: the cloud's own work has one too
    pool._timeout = 0.01
    try:
        answer = admin.post("/api/playlists", {"name": "n", "items": []})
    finally:
        pool._timeout = patience
        for connection in held:
            connection.close()

    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "SERVER_002", "10")
    assert admin.post("/api/playlists", {"name": "n", "items": []}).status_code == 201

import threading
from pathlib import Path

from edge.cache.watching import Watching
from edge.files import write_at_once


def test_a_status_that_is_replaced_is_noticed_and_others_are_not(tmp_path: Path) -> None:
    noticed: list[int] = []
    came = threading.Event()

    def changed() -> None:
        noticed.append(1)
        came.set()

    watching = Watching(tmp_path / "run" / "player.json", changed)
    watching.start()
    write_at_once(tmp_path / "run" / "cache.json", b"{}")
    write_at_once(tmp_path / "run" / "player.json", b"{}")
    assert came.wait(20)
    watching.stop()

    assert noticed == [1]


def test_a_folder_that_cannot_be_watched_is_no_reason_to_stop(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file where the folder should be")

    watching = Watching(tmp_path / "run" / "player.json", lambda: None)
    watching.start()

    watching.stop()

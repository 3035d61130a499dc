import threading
from pathlib import Path

import pytest

from cloud.secret_files import SecretFiles
from vizora.errors import OperatorError


def test_a_secret_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    first, second = SecretFiles(tmp_path).text("jwt"), SecretFiles(tmp_path).text("jwt")
    file = tmp_path / "secrets" / "jwt"

    assert first == second
    assert len(first) == 64
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert list(file.parent.iterdir()) == [file]


def test_two_starts_at_once_agree(tmp_path: Path) -> None:
    found: list[str] = []
    barrier = threading.Barrier(8)

    def start() -> None:
        barrier.wait()
        found.append(SecretFiles(tmp_path).text("jwt"))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_file_that_others_could_read_is_closed_again(tmp_path: Path) -> None:
    SecretFiles(tmp_path).text("jwt")
    file = tmp_path / "secrets" / "jwt"
    file.chmod(0o644)
    SecretFiles(tmp_path).text("jwt")

    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("content", "said"), [(b"", "empty"), (b"half", "4 bytes")])
def test_a_damaged_key_is_never_replaced_silently(tmp_path: Path, content: bytes, said: str) -> None:
    SecretFiles(tmp_path).key("signing")
    (tmp_path / "secrets" / "signing").write_bytes(content)

    with pytest.raises(OperatorError, match=said):
        SecretFiles(tmp_path).key("signing")


def test_a_folder_that_can_not_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "secrets").write_text("a file where the folder should be")

    with pytest.raises(OperatorError, match="secrets"):
        SecretFiles(tmp_path).text("jwt")

from pathlib import Path

from tests.powercut.steps import Made, Removed, Renamed, Resized, Said, Synced, SyncedFolder, Wrote, record


def test_everything_a_program_does_to_its_disk_is_followed(tmp_path: Path) -> None:
    assert record("tests.powercut.careful", [], tmp_path / "lab") == [
        Made("folder", None),
        Made("folder/new", 0),
        Wrote(0, 0, b"one"),
        Wrote(0, 1, b"w"),
        Synced(0),
        Renamed("folder/new", "folder/file"),
        Said("renamed"),
        Wrote(0, 3, b"!"),
        Wrote(0, 2, b"E"),
        Resized(0, 3),
        SyncedFolder("folder"),
        Removed("folder/file"),
    ]

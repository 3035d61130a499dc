from pathlib import Path

from edge.provision.machine import about
from vizora import __version__


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_raspberry_pi_says_its_model_and_its_displays_mode(tmp_path: Path) -> None:
    write(tmp_path / "proc/device-tree/model", "Raspberry Pi 5 Model B\x00")
    for output, status, modes in (
        ("card0-HDMI-A-1", "disconnected", ""),
        ("card0-HDMI-A-2", "connected", "3840x2160\n1920x1080\n"),
    ):
        write(tmp_path / f"sys/class/drm/{output}/status", status + "\n")
        write(tmp_path / f"sys/class/drm/{output}/modes", modes)

    machine = about("fullscreen", tmp_path)

    assert (machine.model, machine.resolution) == ("Raspberry Pi 5 Model B", "3840x2160")
    assert machine.software_version == __version__


def test_a_window_is_its_own_resolution_and_an_unknown_machine_is_linux(tmp_path: Path) -> None:
    assert (about("1280x720", tmp_path).resolution, about("fullscreen", tmp_path).resolution) == ("1280x720", "")
    assert about("fullscreen", tmp_path).model == "Linux"

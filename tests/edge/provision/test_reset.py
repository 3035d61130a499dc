"""Factory reset and unpairing: asked for, done at the right moment, whole after any cut."""

from collections.abc import Callable
from pathlib import Path

import pytest

from edge.provision import reset
from edge.provision.resetting import reset_main, unpair_main
from tests.edge.provision.setup.boot import Device


def lived_in(root: Path) -> Device:
    """A device with something in every place."""
    device = Device(root)
    paths = device.paths
    device.put()
    device.start()
    for file in (paths.device_key, paths.credentials, paths.asset("a" * 64), paths.cache_database, paths.plays / "b-1",
                 paths.network_choices, paths.canary, device.boot / "identity" / "device.json"):  # fmt: skip
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("of the last owner")
    return device


def remains(device: Device) -> list[str]:
    kept = [*device.paths.state.rglob("*"), *device.connections.rglob("*"), *device.boot.rglob("identity*")]
    return [str(file) for file in kept if file.is_file() or (file.name == "identity" and file.parent == device.boot)]


def answering(text: str) -> Callable[[str], str]:
    return lambda _: text


@pytest.fixture
def device(tmp_path: Path) -> Device:
    return lived_in(tmp_path)


def environ(device: Device) -> dict[str, str]:
    return {"VIZORA_STATE_DIR": str(device.paths.state)}


@pytest.mark.parametrize("asked_by", ["command", "vizora-reset", "vizora-reset.txt"])
def test_a_reset_is_done_with_the_next_start_and_once(device: Device, asked_by: str) -> None:
    if asked_by == "command":
        assert reset_main([], environ(device), answering("yes")) == 0
        assert device.paths.credentials.exists()  # services are running
    else:
        device.put("", asked_by)

    device.start()

    assert remains(device) == []
    assert not (device.boot / asked_by).exists()
    device.paths.setup.mkdir(exist_ok=True)
    device.paths.setup_kept.write_text("{}")
    device.start()
    assert device.paths.setup_kept.exists()


def test_a_setup_file_beside_the_wish_for_a_reset_is_for_the_time_after(device: Device) -> None:
    device.put('hostname = "entrance"\n')
    device.put("", "vizora-reset")

    assert device.start().hostname == "entrance"


@pytest.mark.parametrize("answer", ["", "no", "y", "reset"])
def test_without_a_yes_nothing_happens(device: Device, answer: str) -> None:
    assert reset_main([], environ(device), answering(answer)) == 1
    assert unpair_main([], environ(device), answering(answer)) == 1
    device.start()

    assert device.paths.credentials.exists()


def test_somebody_who_is_not_there_says_no(device: Device) -> None:
    def nobody(_: str) -> str:
        raise EOFError

    assert unpair_main([], environ(device), nobody) == 1


def test_a_reset_that_was_cut_goes_on_with_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.unlink
    for number in range(12):
        device = lived_in(tmp_path / str(number))
        reset.ask_for_reset(device.paths)
        left = number

        def unlink(path: Path, missing_ok: bool = False) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise OSError("the power went")
            real(path, missing_ok)

        with monkeypatch.context() as patched:
            patched.setattr(Path, "unlink", unlink)
            try:
                device.start()
                was_cut = False
            except OSError:
                was_cut = True
        device.start()

        assert remains(device) == []
        if not was_cut:
            break
    assert number > 5


def test_a_reset_whose_mark_goes_first_would_be_found(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin."""
    reset.ask_for_reset(device.paths)
    device.paths.reset_mark.unlink()

    device.start()

    assert remains(device) != []


@pytest.mark.parametrize(("arguments", "stays"), [([], False), (["--keep-identity"], True)])
def test_unpairing_forgets_the_owner_and_makes_a_new_device_unless_told_otherwise(
    device: Device, arguments: list[str], stays: bool
) -> None:
    assert unpair_main([*arguments, "--yes"], environ(device)) == 0

    assert not device.paths.credentials.exists()
    assert device.paths.device_key.exists() is stays
    assert device.paths.asset("a" * 64).exists()
    assert device.profiles()


def test_what_cannot_be_written_is_said(device: Device, capsys: pytest.CaptureFixture[str]) -> None:
    assert unpair_main(["--yes"], {"VIZORA_STATE_DIR": str(device.root / "nowhere")}) == 1

    assert "vizora provision: " in capsys.readouterr().err

import subprocess
import sys
from pathlib import Path

import pytest

from edge.cli.main import COMMANDS, Command, main
from vizora import __version__

ROOT = Path(__file__).parents[3]
Capture = pytest.CaptureFixture[str]


def a_module(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> str:
    (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(folder)
    return name


@pytest.mark.parametrize("asked", ["--help", "-h", "help"])
def test_help_lists_every_command(asked: str, capsys: Capture) -> None:
    assert main([asked]) == 0
    out = capsys.readouterr().out
    assert all(f"  {command.name} " in out for command in COMMANDS)


def test_each_command_has_its_name_alone() -> None:
    assert len({command.name for command in COMMANDS}) == len(COMMANDS)


def test_without_a_command_the_list_is_shown_as_wrong_use(capsys: Capture) -> None:
    assert main([]) == 2
    assert capsys.readouterr().err.startswith("usage: vizora COMMAND")


def test_the_version(capsys: Capture) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"vizora {__version__}\n"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("explian", "vizora: 'explian' is not a command; did you mean explain?\n"),
        ("zzz", "vizora: 'zzz' is not a command\n"),
    ],
)
def test_an_unknown_command_is_answered_with_the_list_and_the_nearest(asked: str, told: str, capsys: Capture) -> None:
    assert main([asked]) == 2
    err = capsys.readouterr().err
    assert err.startswith(told)
    assert "  timeline " in err


def test_a_command_gets_the_rest_and_its_status_is_the_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    module = a_module(tmp_path, monkeypatch, "a_command", "def main(rest):\n    print(rest)\n    return 7\n")

    assert main(["it", "--x", "1"], [Command("it", module, "")]) == 7
    assert capsys.readouterr().out == "['--x', '1']\n"


def test_a_service_is_run_as_python_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    text = "import sys\nif __name__ == '__main__':\n    print(sys.argv)\n    sys.exit(int(sys.argv[1]))\n"
    module = a_module(tmp_path, monkeypatch, "a_service", text)
    monkeypatch.setattr("sys.argv", ["vizora"])

    with pytest.raises(SystemExit) as ended:
        main(["it", "3"], [Command("it", module, "", service=True)])
    assert ended.value.code == 3
    assert capsys.readouterr().out == "['vizora it', '3']\n"


def test_a_service_that_simply_ends_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = a_module(tmp_path, monkeypatch, "a_short_service", "")
    monkeypatch.setattr("sys.argv", ["vizora"])

    assert main(["it"], [Command("it", module, "", service=True)]) == 0


def test_ctrl_c_is_told_as_shells_expect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = a_module(tmp_path, monkeypatch, "interrupted", "def main(rest):\n    raise KeyboardInterrupt\n")

    assert main(["it"], [Command("it", module, "")]) == 130


@pytest.mark.parametrize("module", ["not_there", "not_there.either"])
def test_a_command_that_is_not_installed_says_so(module: str, capsys: Capture) -> None:
    commands = [Command("it", module, "what it does")]

    assert main(["it"], commands) == 1
    assert f"not part of this installation; it needs the module {module}" in capsys.readouterr().err
    assert main(["--help"], commands) == 0
    assert "  it             what it does (not installed)" in capsys.readouterr().out


def test_a_command_whose_packages_are_not_installed_says_so_and_our_own_faults_stay_faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """As `vizora simulate` on a server."""
    theirs = a_module(tmp_path, monkeypatch, "needs_theirs", "import no_such_package.part\n")
    ours = a_module(tmp_path, monkeypatch, "needs_ours", "import vizora.no_such_part\n")

    assert main(["it"], [Command("it", theirs, "")]) == 1
    assert "vizora it: not part of this installation; it needs the module no_such_package" in capsys.readouterr().err
    with pytest.raises(ModuleNotFoundError):
        main(["it"], [Command("it", ours, "")])


def test_asking_for_help_imports_no_command() -> None:
    code = "import sys; from edge.cli.main import main; main(['--help']); print(sorted(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert "'edge.cli.main'" in out
    assert not any(f"'{name}'" in out for name in ("edge.cli.explain", "msgspec", "requests", "pygame", "starlette"))


@pytest.mark.parametrize("name", [command.name for command in COMMANDS if command.service])
def test_a_service_that_is_asked_for_help_or_nonsense_does_not_start(name: str) -> None:
    """Exit status 0 and 2 (CONTRACT section 7). One that started would run until the time is up."""
    asked = [
        subprocess.run(
            [sys.executable, "-m", "edge.cli", name, word], cwd=ROOT, capture_output=True, text=True, timeout=300
        )
        for word in ("--help", "--nonsense")
    ]

    assert [one.returncode for one in asked] == [0, 2]
    assert f"usage: vizora {name}" in asked[0].stdout
    assert "usage:" in asked[1].stderr

from pathlib import Path

import pytest

from edge.config import ConfigError, load, read


def test_nothing_needs_to_be_set() -> None:
    config = load({"HOME": "/root"})

    assert (config.paths.state, config.paths.run) == (Path("/var/lib/vizora"), Path("/run/vizora"))
    assert (config.cloud_url, config.window) == ("http://127.0.0.1:3000", "fullscreen")
    assert (config.plays_sync_ms, config.poll_ms) == (30_000, 60_000)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "player.toml"
    file.write_text('cloud_url = "https://signs.example/"\nwindow = "1280x720"\npoll_ms = 5000\n')

    config = load({"VIZORA_CONFIG": str(file), "VIZORA_WINDOW": "800x600", "VIZORA_POLL_MS": ""})

    assert (config.cloud_url, config.window, config.poll_ms) == ("https://signs.example", "800x600", 5000)


def test_a_setup_file_counts_before_the_settings_file_and_after_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "player.toml"
    file.write_text('cloud_url = "https://built-in.example"\npoll_ms = 5000\npairing_code = "ABC234"\n')
    (tmp_path / "setup").mkdir()
    (tmp_path / "setup" / "settings.toml").write_text('cloud_url = "https://signs.example"\npairing_code = "QRS789"\n')
    environ = {"VIZORA_STATE_DIR": str(tmp_path), "VIZORA_CONFIG": str(file)}

    by_file, by_hand = load(environ), load({**environ, "VIZORA_CLOUD_URL": "https://by-hand.example"})

    assert (by_file.cloud_url, by_file.pairing_code, by_file.poll_ms) == ("https://signs.example", "QRS789", 5000)
    assert (by_hand.cloud_url, by_hand.pairing_code) == ("https://by-hand.example", "QRS789")


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        load({"VIZORA_STATE_DIR": "var", "VIZORA_POLL_MS": "1m", "VIZORA_CLOUD_ULR": "https://signs.example"})

    text = str(caught.value)
    assert "VIZORA_STATE_DIR='var' is not an absolute path; allowed: a path that starts with /" in text
    assert "VIZORA_POLL_MS='1m' is out of range; allowed: whole milliseconds from 500 to 3600000" in text
    assert "VIZORA_CLOUD_ULR is no setting; did you mean VIZORA_CLOUD_URL?" in text


@pytest.mark.parametrize(
    "url",
    ["signs.example", "ftp://signs.example", "https://", "http://a:b@c", "http://h:x", "http://h/?q", "http://h h"],
)
def test_a_cloud_that_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="VIZORA_CLOUD_URL"):
        load({"VIZORA_CLOUD_URL": url})


@pytest.mark.parametrize("window", ["big", "0x0", "1280×720", "1280x", "-5x5", "1x720"])
def test_a_window_is_a_size_or_fullscreen(window: str) -> None:
    with pytest.raises(ConfigError, match="allowed: fullscreen, or WIDTHxHEIGHT"):
        load({"VIZORA_WINDOW": window})


def test_the_clouds_own_names_and_foreign_ones_are_left_alone() -> None:
    load({"VIZORA_DATA_DIR": "/srv", "VIZORA_PUBLIC_URL": "https://a", "VIZORA_ZEBRA": "1"})


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("cloud_url = ", "is not TOML"),
        ("cloud_ulr = 'x'", "did you mean cloud_url?"),
        ("zebra = 1", "allowed: state_dir, run_dir"),
        (
            "poll_ms = 1.5",
            r"player.toml, line 1: poll_ms = 1\.5 is of the wrong kind; allowed: a string or a whole number",
        ),
        ("window = true", "allowed: a string or a whole number"),
        ("\n\npoll_ms = '1m'", r"player.toml, line 3: poll_ms = '1m' is out of range; allowed: whole milliseconds"),
        ("poll_ms = 5000\npoll_ms = 6000", r"line 2: poll_ms = 6000 stands there twice; line 1 counts"),
        ("[player]", "player is no setting"),
    ],
)
def test_a_wrong_file_is_a_fault(tmp_path: Path, text: str, fault: str) -> None:
    file = tmp_path / "player.toml"
    file.write_text(text)

    with pytest.raises(ConfigError, match=fault):
        load({"VIZORA_CONFIG": str(file)})


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"VIZORA_CONFIG=.*can't be read"):
        load({"VIZORA_CONFIG": str(tmp_path / "missing.toml")})


@pytest.mark.parametrize(
    ("text", "code"),
    [("", ""), ("ABC234", "ABC234"), ("abc-234", "abc234"), ("A B C 2 3 4", "ABC234"), ("t" * 43, "t" * 43)],
)
def test_a_pairing_code_is_read_as_people_write_it(text: str, code: str) -> None:
    assert load({"VIZORA_PAIRING_CODE": text}).pairing_code == code


def test_a_pairing_code_is_never_repeated() -> None:
    with pytest.raises(ConfigError, match="VIZORA_PAIRING_CODE is no pairing code; allowed: ") as caught:
        load({"VIZORA_PAIRING_CODE": "not/a code of ours"})

    assert "ours" not in str(caught.value)
    assert "ABC234" not in repr(load({"VIZORA_PAIRING_CODE": "ABC234"}))


def test_a_mistake_costs_its_own_line(tmp_path: Path) -> None:
    file = tmp_path / "vizora.toml"
    file.write_bytes(
        b"\xef\xbb\xbf"
        + b'cloud_url = "https://signs.example"\r\npoll_ms = soon\r\nwindow = "big"\r\nplays_sync_ms = 500\r\n'
    )

    config = read({"VIZORA_CONFIG": str(file)})

    assert (config.cloud_url, config.poll_ms, config.window) == ("https://signs.example", 60_000, "fullscreen")
    assert config.plays_sync_ms == 500
    assert [fault.on_glass() for fault in config.faults] == [
        'vizora.toml, line 2: is not TOML; allowed: lines like cloud_url = "https://…"',
        "vizora.toml, line 3: window = 'big' is no window; allowed: fullscreen, or WIDTHxHEIGHT as in 1280x720",
    ]


@pytest.mark.parametrize("line", ['clod_url = "https://signs.example"', 'cloud_url = "signs.example"', "cloud_url = "])
def test_with_a_mistake_the_default_cloud_is_not_taken_for_the_one_that_was_meant(tmp_path: Path, line: str) -> None:
    file = tmp_path / "vizora.toml"
    file.write_text(line)

    assert read({"VIZORA_CONFIG": str(file)}).cloud_url == ""
    assert read({}).cloud_url == "http://127.0.0.1:3000"


def test_the_password_of_an_address_is_never_repeated(tmp_path: Path) -> None:
    file = tmp_path / "vizora.toml"
    file.write_text('cloud_url = "https://me:opensesame@signs.example"\npairing_code = "open sesame!"\n')

    told = "".join(str(fault) for fault in read({"VIZORA_CONFIG": str(file)}).faults)

    assert "cloud_url has more in it than an address" in told
    assert "pairing_code is no pairing code" in told
    assert "sesame" not in told

from pathlib import Path

from edge.cache.metrics import machine_metrics


def test_what_the_machine_tells_is_told(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/meminfo").write_text("MemTotal: 1000 kB\nMemAvailable: 250 kB\n")
    (tmp_path / "proc/uptime").write_text("12.5 40.0\n")
    zone = tmp_path / "sys/class/thermal/thermal_zone0"
    zone.mkdir(parents=True)
    (zone / "temp").write_text("48312\n")

    metrics = machine_metrics(tmp_path, root=tmp_path)

    assert (metrics["memory"], metrics["uptimeMs"], metrics["temperatureC"]) == (75.0, 12500, 48.3)
    assert 0 <= metrics["disk"] <= 100


def test_what_it_does_not_tell_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/meminfo").write_text("nonsense")

    assert set(machine_metrics(tmp_path / "missing", root=tmp_path)) == {"cpu"}

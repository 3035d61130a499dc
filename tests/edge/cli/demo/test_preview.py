from pathlib import Path

from PIL import Image

from edge.cli.demo import preview


def test_the_preview_has_the_picture_s_shape_and_colours(tmp_path: Path) -> None:
    picture = Image.new("RGB", (160, 90), (255, 0, 0))
    picture.paste((0, 0, 255), (0, 45, 160, 90))
    file = tmp_path / "glass.png"
    picture.save(file)

    rows = preview.lines(file, 32)

    assert len(rows) == 9
    assert rows[0].count(preview.UPPER_HALF) == 32
    assert "38;2;255;0;0" in rows[0]
    assert "48;2;0;0;255" in rows[-1]


def test_a_second_preview_is_drawn_over_the_first(tmp_path: Path) -> None:
    file = tmp_path / "glass.png"
    Image.new("RGB", (16, 8)).save(file)

    assert preview.draw(file, 16, again=True).startswith("\x1b[4A")
    assert not preview.draw(file, 16, again=False).startswith("\x1b[4A")

import pytest

from cloud.content.names import disposition, label, title_of


@pytest.mark.parametrize(
    ("file_name", "shown"),
    [
        ("beach.jpg", "beach.jpg"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system32\\cmd.exe", "cmd.exe"),
        ("/absolute/path.png", "path.png"),
        ("\\\\server\\share\\x.png", "x.png"),
        ("a\x00b\r\nSet-Cookie: x.png", "abSet-Cookie: x.png"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("..", "Untitled"),
        ("", "Untitled"),
        (" . ", "Untitled"),
        ("x" * 4096 + ".png", "x" * 200),
        ("Grüße 😀.png", "Grüße 😀.png"),
        ("%2e%2e%2fx.png", "%2e%2e%2fx.png"),
    ],
)
def test_a_file_name_is_left_as_a_one_line_label_without_a_path(file_name: str, shown: str) -> None:
    assert label(file_name) == shown


@pytest.mark.parametrize(
    ("file_name", "title"),
    [
        ("Summer sale.final.jpg", "Summer sale.final"),
        ("README", "README"),
        (".gitignore", "gitignore"),
        ("a.b c", "a.b c"),
    ],
)
def test_a_title_is_the_label_without_its_ending(file_name: str, title: str) -> None:
    assert title_of(file_name) == title


def test_a_header_carries_any_name_without_being_broken_by_it() -> None:
    header = disposition("attachment", 'Grüße"; x=\r\n.png')

    assert header.isascii()
    assert "\n" not in header
    assert header.count('"') == 2
    assert header.endswith("filename*=UTF-8''Gr%C3%BC%C3%9Fe%22%3B%20x%3D%0D%0A.png")

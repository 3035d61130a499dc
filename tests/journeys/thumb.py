"""A thumb on a phone, which counts how often it touches the glass."""

from pathlib import Path

from playwright.sync_api import Page


class Thumb:
    def __init__(self, phone: Page) -> None:
        self.phone = phone
        self.taps = 0

    def tap(self, selector: str) -> None:
        """The first of these that can be seen."""
        self.phone.locator(f"{selector} >> visible=true").first.tap()
        self.taps += 1

    def choose(self, label: str, file: Path) -> None:
        """A file: a tap on the label opens the phone's own dialog, where it takes another one."""
        with self.phone.expect_file_chooser() as chooser:
            self.tap(label)
        chooser.value.set_files(file)
        self.taps += 1

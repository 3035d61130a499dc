"""What lies over the picture for those who stand before the screen: its name, the way in, whose it is now."""

from datetime import datetime

from edge.player.cards import overlays
from edge.player.keys import WAY_OUT_NAME
from edge.player.outlook import Outlook
from edge.player.show.show import Show
from edge.player.show.words import Over
from edge.player.stage.stage import Stage
from edge.player.way_out import announced


class Notices:
    def __init__(self, show: Show, stage: Stage) -> None:
        self._show = show
        self._stage = stage
        self._outlook = Outlook()
        self._identify_until: float | None = None
        self._organization = ""

    @property
    def announces(self) -> bool:
        """Whether it says just now whom the screen was added to."""
        return bool(self._organization)

    def follow(self, outlook: Outlook, now: datetime) -> None:
        before, self._outlook = self._outlook, outlook
        badges = [(look.door, look.hotspot, look.stick) for look in (before, outlook)]
        if badges[0] != badges[1] and self._identify_until is None:
            self._show_badge(now)

    def step(self, now: datetime, mono: float) -> None:
        """Takes off what was there long enough, and says whom the screen was added to while it can be undone."""
        if self._identify_until is not None and mono >= self._identify_until:
            self._identify_until = None
            self._show_badge(now)
        self._announce(announced(self._outlook.provision, now))

    def identify(self, until: float) -> None:
        """Names this screen until that monotonic time."""
        outlook = self._outlook
        name = outlook.nickname or "This screen"
        detail = f"Screen {outlook.device_id[:8]}" if outlook.device_id else "Not paired yet"
        self._show.words.lay_over(Over.BADGE, overlays.badge(name, detail, self._stage.size))
        self._identify_until = until

    def redraw(self, now: datetime) -> None:
        """For a window that was made anew. Who asked for the name has it; the rest is drawn again."""
        self._identify_until, self._organization = None, ""
        self._show_badge(now)

    def _show_badge(self, now: datetime) -> None:
        """How to reach the diagnostics page, while it is open; else about a stick, or how to set up Wi-Fi."""
        door, offered = self._outlook.door, self._outlook.hotspot
        badge = None
        if door is not None:
            where = door.addresses[0] if door.addresses else "this device only"
            badge = overlays.badge(f"PIN {door.pin[:4]} {door.pin[4:]}", f"Diagnostics: {where}", self._stage.size)
        elif self._outlook.stick is not None:
            badge = overlays.badge(*self._outlook.stick, self._stage.size)
        elif offered is not None and self._outlook.card(now) is None:
            words = f"Password {offered.password}, then {offered.address}"
            badge = overlays.badge(f"Wi-Fi: {offered.name}", words, self._stage.size)
        self._show.words.lay_over(Over.BADGE, badge)

    def _announce(self, organization: str) -> None:
        if organization == self._organization:
            return
        self._organization = organization
        text = f"Not yours? Press {WAY_OUT_NAME} within a minute, and this screen is free again."
        banner = overlays.banner(f"Added to {organization}", text, self._stage.size) if organization else None
        self._show.words.lay_over(Over.BANNER, banner)

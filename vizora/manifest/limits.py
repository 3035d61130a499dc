"""How large a manifest may be. A screen reads documents from a network: every size has a bound that is known before."""

MAX_BYTES = 16 * 1024 * 1024
"""About four times a manifest of 10,000 schedules."""
MAX_DEPTH = 16
MAX_INTEGER = 2**53 - 1
"""What every JSON reader keeps exactly (RFC 8259 section 6)."""

MAX_ASSETS = 10_000
MAX_PLAYLISTS = 2_000
MAX_LAYOUTS = 1_000
MAX_SCHEDULES = 20_000
MAX_OVERRIDES = 1_000
MAX_KEYS = 32
MAX_ITEMS = 5_000
"""In one playlist."""
MAX_ZONES = 32
"""In one layout."""
MAX_POWER_WINDOWS = 50

MAX_ID = 128
MAX_NAME = 1_000
MAX_URL = 4_096
MAX_TEXT = 100_000
MAX_CAPTION = 200
MAX_PERCENT = 100
MAX_SIDE = 32_768
"""Pixels along one side of a screen, layout, zone or picture."""
MAX_FILE = 2**43
MAX_PAGES = 10_000
DAY_MS = 86_400_000
MAX_ITEM_MS = 7 * DAY_MS
MAX_PRIORITY = 1_000
MAX_STALE_MS = 3_660 * DAY_MS

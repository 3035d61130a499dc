"""The player: owns the screen, never opens a network connection, never decodes in its own process, never blocks."""

import os

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

"""Draws the welcome content: the mark, the stills and the two videos in `edge/welcome/`."""

"""Playlists: what is shown, in which order, for how long."""

"""Uploads that survive a broken line, a killed server and a slept laptop: tus 1.0 at `/api/uploads`."""

"""The web worker: a child program of the player that shows web pages as pictures, by a Chromium of its own.

The player never imports it (`pyproject.toml`, import contracts); they meet in a socket and in shared memory.
"""

"""Addresses of networks inside texts that people read."""

import re

_ADDRESS = re.compile(r"(\w+://)(?:[^/\s?#]*@)?([^\s?#]*)(?:[?#]\S*)?")


def without_secrets(text: str) -> str:
    """Of each address neither name and password nor query: `rtsp://name:password@camera/1` is `rtsp://camera/1`."""
    return _ADDRESS.sub(r"\1\2", text)

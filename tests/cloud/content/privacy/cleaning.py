"""Cleaning in this process, for what is asserted of its outcome."""

from cloud.content.media_type import MediaType
from cloud.content.privacy.cleaning import without_private_data


def cleaned_as(data: bytes, kind: MediaType) -> bytes | None:
    """None when there was nothing to take out."""
    pieces = without_private_data(memoryview(data), kind)
    return None if pieces is None else b"".join(pieces)

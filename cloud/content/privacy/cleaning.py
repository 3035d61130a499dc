"""Which code takes private data out of which kind of file."""

import mmap
import struct
from collections.abc import Callable

from cloud.content.media_type import MediaType
from cloud.content.privacy.edits import Piece, Strange

Clean = Callable[[memoryview], list[Piece] | None]


def without_private_data(data: memoryview, media_type: MediaType) -> list[Piece] | None:
    """The pieces that make the cleaned file, in order; None when there is nothing to take out.

    `data` may be a memory map; pieces are views of it. Raises Strange when the structure can't be followed.
    """
    try:
        return cleaner_of(media_type)(data)
    except (struct.error, IndexError, OverflowError, RecursionError) as fault:
        raise Strange from fault


def cleaner_of(media_type: MediaType) -> Clean:
    """Imports what it needs: behind the walls nothing can be imported any more."""
    if media_type is MediaType.MP4:
        from cloud.content.privacy.mp4 import without_private_boxes

        return without_private_boxes
    if media_type is MediaType.WEBM:
        from cloud.content.privacy.webm import without_private_elements

        return without_private_elements
    if media_type is MediaType.PDF:
        from cloud.content.privacy.pdf import without_private_objects

        return without_private_objects
    if media_type is MediaType.GIF:
        from cloud.content.privacy.gif import without_private_blocks

        return without_private_blocks
    from cloud.content.privacy.pictures import without_private_parts

    return lambda data: without_private_parts(data, media_type)


def mapped(descriptor: int) -> memoryview:
    """The file's bytes, of which none is read yet. It takes a descriptor more: behind the walls it is too late."""
    return memoryview(mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ))

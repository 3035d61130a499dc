"""PDF, by pdfium: every page is opened, one of them drawn."""

from typing import BinaryIO

import pypdfium2 as pdfium
from PIL import Image

from cloud.content.probe.limits import Limits
from cloud.content.probe.report import Facts, Refused
from cloud.content.probe.thumbnail import encode, shrink


def probe_document(file: BinaryIO, limits: Limits) -> tuple[Facts, bytes]:
    """Raises Refused, or pdfium's own error for a damaged file."""
    document = _open(file)
    try:
        pages = len(document)
        if not 1 <= pages <= limits.pdf_pages:
            raise Refused(f"The PDF has {pages:,} pages. Allowed are 1 to {limits.pdf_pages:,}.")
        for number in range(pages):
            _check_page(document, number, limits)
        width, height = document[0].get_size()
        if limits.drawn_page > pages:
            raise Refused(f"The PDF has {pages:,} pages, not {limits.drawn_page:,}.")
        thumbnail = encode(_draw(document[limits.drawn_page - 1], limits.thumbnail_side))
        return Facts(max(1, round(width)), max(1, round(height)), pages=pages, codec="pdf"), thumbnail
    finally:
        document.close()


def _open(file: BinaryIO) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(file)
    except pdfium.PdfiumError as fault:
        if "password" in str(fault).lower():
            raise Refused("The PDF is protected by a password. Save it without one and upload it again.") from fault
        raise Refused("The PDF is damaged: it can't be opened.") from fault


def _check_page(document: pdfium.PdfDocument, number: int, limits: Limits) -> None:
    try:
        size = document.get_page_size(number)
    except pdfium.PdfiumError as fault:
        raise Refused(f"Page {number + 1} of the PDF is damaged.") from fault
    if max(size) > limits.pdf_page_points or min(size) <= 0:
        raise Refused(
            f"Page {number + 1} of the PDF is {size[0]:,.0f} x {size[1]:,.0f} points. "
            f"Allowed are up to {limits.pdf_page_points:,.0f} (200 inches) a side."
        )


def _draw(page: pdfium.PdfPage, side: int) -> Image.Image:
    """Drawn at twice the size and shrunk, so that thin lines stay."""
    scale = 2 * side / max(page.get_size())
    return shrink(page.render(scale=scale).to_pil(), side)

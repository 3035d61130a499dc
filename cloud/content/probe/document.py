"""PDF, by pdfium: every page is opened, one of them drawn."""

from typing import BinaryIO

import pypdfium2 as pdfium
from PIL import Image

from cloud.content.file_faults import FaultCode
from cloud.content.probe.limits import Limits
from cloud.content.probe.report import Facts, Refused
from cloud.content.probe.thumbnail import encode, shrink


def probe_document(file: BinaryIO, limits: Limits) -> tuple[Facts, bytes]:
    """Raises Refused, or pdfium's own error for a damaged file."""
    document = _open(file)
    try:
        pages = len(document)
        if not 1 <= pages <= limits.pdf_pages:
            raise Refused(FaultCode.PAGES, pages=pages, most=limits.pdf_pages)
        for number in range(pages):
            _check_page(document, number, limits)
        width, height = document[0].get_size()
        thumbnail = encode(_draw(document[limits.drawn_page - 1], limits.thumbnail_side))
        return Facts(max(1, round(width)), max(1, round(height)), pages=pages), thumbnail
    finally:
        document.close()


def _open(file: BinaryIO) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(file)
    except pdfium.PdfiumError as fault:
        if "password" in str(fault).lower():
            raise Refused(FaultCode.PASSWORD) from fault
        raise Refused(FaultCode.DAMAGED, kind="PDF") from fault


def _check_page(document: pdfium.PdfDocument, number: int, limits: Limits) -> None:
    try:
        size = document.get_page_size(number)
    except pdfium.PdfiumError as fault:
        raise Refused(FaultCode.PAGE_DAMAGED, page=number + 1) from fault
    if max(size) > limits.pdf_page_points or min(size) <= 0:
        width, height = (max(0, round(side)) for side in size)
        raise Refused(FaultCode.PAGE_SIZE, page=number + 1, width=width, height=height, most=limits.pdf_page_points)


def _draw(page: pdfium.PdfPage, side: int) -> Image.Image:
    """Drawn at twice the size and shrunk, so that thin lines stay."""
    scale = 2 * side / max(page.get_size())
    return shrink(page.render(scale=scale).to_pil(), side)

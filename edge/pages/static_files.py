"""The files of ours that every page of the device needs: its style, and the mark."""

from functools import partial
from importlib import resources

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def routes() -> list[Route]:
    return [
        Route("/pages.css", partial(_file, "pages.css", "text/css")),
        Route("/mark.svg", partial(_file, "mark.svg", "image/svg+xml")),
    ]


async def _file(name: str, media_type: str, _: Request) -> Response:
    """One of two; `name` is never of the request."""
    return Response(resources.files("edge.pages").joinpath("static", name).read_bytes(), media_type=media_type)

"""Our stylesheet, modules and mark. Their address holds a digest of them all, so browsers may keep them for ever."""

import hashlib
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from cloud.web.listening import catalogs_of

FOLDER = Path(__file__).resolve().parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_EVERY_TIME = "no-cache"


@cache
def version() -> str:
    """Changes with any byte of any file, and only then."""
    digest = hashlib.sha256()
    for file in sorted(FOLDER.iterdir()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def address(name: str) -> str:
    return f"/static/{version()}/{name}"


async def static_file(request: Request) -> Response:
    """A page that is older than the server asks for an old address: it gets what there is, but must not keep it."""
    response = await StaticFiles(directory=FOLDER).get_response(request.path_params["name"], request.scope)
    known = request.path_params["version"] == version()
    response.headers["Cache-Control"] = FOR_EVER if known else ASK_EVERY_TIME
    return response


async def words(request: Request) -> Response:
    """What the scripts say in a language, as a script."""
    catalogs = catalogs_of(request)
    try:
        script = catalogs.script(request.path_params["language"])
    except KeyError:
        return Response(status_code=404)
    known = request.path_params["version"] == catalogs.version
    headers = {"Cache-Control": FOR_EVER if known else ASK_EVERY_TIME}
    return Response(script, media_type="text/javascript", headers=headers)


async def favicon(request: Request) -> Response:
    response = await StaticFiles(directory=FOLDER).get_response("mark.svg", request.scope)
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response

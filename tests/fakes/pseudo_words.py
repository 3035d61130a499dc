"""A language nobody speaks, made from English: what is not in it was never translated, what it breaks is too narrow.

Letters have accents, messages are 40 % longer and in brackets. Its days and numbers are Russian, so that English ones
stand out. `python -m tests.fakes.pseudo_words serve --port PORT --data DATA` serves a cloud that speaks it.
"""

import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog

from cloud.app import ROOMS, create_app
from cloud.clock import SystemClock
from cloud.config import load
from cloud.serve import Server, listen, uvicorn_config
from cloud.services import Cloud
from cloud.web.routes import ROOM as WEB
from cloud.web.routes import room
from tools.messages import said, updated, written

CODE = "ru"
KEPT = re.compile(r"(%\(\w+\)s|%%|<[^>]*>)")
ACCENTS = str.maketrans("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
                        "ȧƀƈḓḗƒɠħīĵķŀḿƞǿƥɋřşŧŭṽẇẋẏẑȦƁƇḒḖƑƓĦĪĴĶĿḾȠǾƤɊŘŞŦŬṼẆẊẎẐ")  # fmt: skip


def pseudo(message: str) -> str:
    """`Save` becomes `[Şȧṽḗ~~]`; what is filled in and marked up stays."""
    parts = KEPT.split(message)
    words = "".join(part if number % 2 else part.translate(ACCENTS) for number, part in enumerate(parts))
    letters = sum(len(part) for part in parts[::2])
    return f"[{words}{'~' * round(0.4 * letters)}]"


def make(folder: Path) -> Path:
    """Puts the catalog into the folder."""
    catalog = updated(Catalog(locale=CODE), said())
    for message in catalog:
        if isinstance(message.id, str):
            message.string = pseudo(message.id) if message.id else message.string
        else:
            one, several = message.id
            message.string = (pseudo(one), *[pseudo(several)] * (catalog.num_plurals - 1))
    (folder / f"{CODE}.po").write_bytes(written(catalog))
    return folder


def main(port: str, data: str) -> None:
    folder = Path(data)
    folder.mkdir(parents=True)
    rooms = [room(make(folder)) if one is WEB else one for one in ROOMS]
    config = load({}, host="127.0.0.1", port=int(port), data_dir=folder / "var")
    cloud = Cloud(config, SystemClock())
    server = Server(uvicorn_config(create_app(config, rooms=rooms, cloud=cloud)), cloud)
    listener = listen("127.0.0.1", int(port))
    print("vizora cloud in a language nobody speaks", flush=True)  # noqa: T201
    server.run(sockets=[listener])


if __name__ == "__main__":
    main(*sys.argv[3::2])

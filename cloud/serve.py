"""Running the application in uvicorn, with the ports bound first so that a taken one is told in one sentence."""

import asyncio
import errno
import logging
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TextIO

import uvicorn
import uvloop

from cloud.accounts.registration import nobody_yet, setup_token
from cloud.app import create_app
from cloud.clock import SystemClock
from cloud.config import CloudConfig, load
from cloud.garbage import looked_through, uncollected
from cloud.limits.heads import BoundedHead
from cloud.logs import set_up
from cloud.realtime.listener import LeanProtocol
from cloud.services import Cloud
from cloud.settings import LOOPBACK_ADDRESSES, Registration
from vizora.errors import OperatorError

BACKLOG = 4096
GRACE_S = 5
IDLE_S = 130
"""Longer than a proxy keeps a connection for the next request (nginx 60 s, Caddy 120 s): who ends it first while the
other one writes to it makes an error out of a request."""


def serve(config: CloudConfig, out: TextIO) -> None:
    """Returns when the process was told to stop (SIGTERM, Ctrl-C) and requests under way have ended.

    Raises OperatorError when a port is taken, or the data folder can't be used.
    """
    listeners = [listen(config.host, config.port)]
    try:
        if config.realtime_port is not None:
            listeners.append(listen(config.host, config.realtime_port))
        config = with_real_port(config, listeners[0].getsockname()[1])
        set_up(sys.stderr, config.log_level)
        with uncollected():
            cloud = Cloud(config, SystemClock())
            server = Server(uvicorn_config(create_app(config, cloud=cloud), config.trusted_proxies), cloud)
        logging.getLogger("uvicorn.error").addFilter(lambda record: record.levelno >= logging.WARNING)
        _say(out, f"{config.public_url} (data in {config.data_dir})")
        if config.registration is Registration.TOKEN and nobody_yet(cloud):
            _say(out, f"make the first account with the setup token {setup_token(cloud)}")
        # uvicorn ends in good order, then raises the signal again: it must find somebody who takes it calmly.
        signal.signal(signal.SIGTERM, lambda *_: None)
        uvloop.run(_run(server, listeners))
    except (KeyboardInterrupt, asyncio.CancelledError):
        return
    finally:
        for listener in listeners:
            listener.close()


async def _run(server: uvicorn.Server, listeners: list[socket.socket]) -> None:
    async with looked_through():
        await server.serve(sockets=listeners)


class Server(uvicorn.Server):
    """Lets go of those it holds (long polls, event streams, screens' lines) before it waits for requests to end."""

    def __init__(self, config: uvicorn.Config, cloud: Cloud) -> None:
        super().__init__(config)
        self._cloud = cloud

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._cloud.hub.close()
        await super().shutdown(sockets)


def _say(out: TextIO, sentence: str) -> None:
    print(f"vizora cloud: {sentence}", file=out, flush=True)


def listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as fault:
        listener.close()
        raise OperatorError(_sentence(host, port, fault)) from fault
    return listener


def _sentence(host: str, port: int, fault: OSError) -> str:
    if fault.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is taken by another program: stop it, or choose another one with --port"
    if fault.errno == errno.EACCES:
        return f"port {port} on {host} may not be used without more rights: choose one from 1024 to 65535 with --port"
    return f"{host} port {port} can't be listened on ({fault.strerror or fault}): is --host an address of this machine?"


def with_real_port(config: CloudConfig, port: int) -> CloudConfig:
    """After `--port 0`: the port that was taken, in the address people are told."""
    if config.port != 0:
        return config
    address = load({}, host=config.host, port=port).public_url if config.public_url.endswith(":0") else None
    return replace(config, port=port, public_url=address or config.public_url)


def uvicorn_config(app: object, trusted_proxies: Sequence[str] = LOOPBACK_ADDRESSES) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        http=BoundedHead,
        ws=LeanProtocol,
        ws_max_size=65_536,
        ws_per_message_deflate=False,
        ws_ping_interval=None,  # screens have heartbeats of their own
        lifespan="on",
        access_log=False,
        server_header=False,
        log_config=None,
        backlog=BACKLOG,
        proxy_headers=True,
        forwarded_allow_ips=list(trusted_proxies),
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=GRACE_S,
    )

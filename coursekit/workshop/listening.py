"""A server on a socket of its own, which says nothing of who asked for what."""

import logging
import socket
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from coursekit.errors import WorkshopError


def run(whole: ASGIApp, sock: socket.socket, tls: tuple[Path, Path] | None = None) -> int:
    """Serve an application until Ctrl-C or a signal ends it; 0."""
    config = uvicorn.Config(
        whole,
        log_level="warning",
        access_log=False,  # who asked for what is nobody's business
        server_header=False,
        timeout_graceful_shutdown=2,
        timeout_keep_alive=30,
        proxy_headers=True,  # from this machine only: uvicorn's default
        h11_max_incomplete_event_size=32 * 1024,
        ssl_certfile=str(tls[0]) if tls else None,
        ssl_keyfile=str(tls[1]) if tls else None,
    )
    # A page or a notebook that listens is no fault when the room is stopped.
    logging.getLogger("uvicorn.error").addFilter(
        lambda record: not server.should_exit or "without completing" not in record.getMessage()
    )
    server = uvicorn.Server(config)
    try:
        server.run(sockets=[sock])
    except KeyboardInterrupt:
        pass
    return 0


def bound(host: str, port: int, hint: str) -> socket.socket:
    """A socket at an address; 0 is any port that is free.

    Args:
        hint: what else to do where it is taken.

    Raises:
        WorkshopError: it cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except (OSError, OverflowError) as error:
        sock.close()
        raise WorkshopError(f"cannot listen on {host} port {port} ({error}); {hint}") from None
    return sock

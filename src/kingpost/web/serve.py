"""``kingpost serve``: page, API and viewer in one process on one port."""

import ipaddress
import logging
import signal
import socket
from collections.abc import Callable

import uvicorn

from kingpost.app import App
from kingpost.errors import KingpostError, MissingModel
from kingpost.web.api import application
from kingpost.web.page import page

log = logging.getLogger(__name__)

SHUTDOWN_SECONDS = 3
EVERY_ADDRESS = ("", "0.0.0.0", "::")  # noqa: S104 - names what it compares with


def run(app: App, *, host: str, port: int, announce: Callable[[str], None] = log.info) -> None:
    """Serve until interrupted, then stop the app's child processes.

    ``announce`` is told the address, and a warning where others can reach it. Raises ``KingpostError`` when
    the port is taken.
    """
    try:
        warm(app)
        with listen(host, port) as listener:
            address = address_of(listener)
            if not is_loopback(listener):
                announce(
                    f"warning: {host} can be reached by others, and Kingpost has no authentication:"
                    " whoever reaches it may ask, approve and promote"
                )
            announce(f"Kingpost is at {address}")
            _serve(app, address, listener)
    finally:
        app.close()


def warm(app: App) -> None:
    """Build what handlers share before two threads could build it at once; a missing model is told now."""
    shared: list[object] = [app.answerer, app.library, app.journal, app.reviews, app.bank, app.registry]
    try:
        shared += [app.host, app.promotion]
    except MissingModel as error:
        log.warning("%s; answers are quotes until it is there (%s)", error.message, error.next)
    log.debug("%d parts ready", len(shared))


def listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises ``KingpostError`` naming host and port when there is none to have."""
    listener: socket.socket | None = None
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen()
    except OSError as error:
        if listener is not None:
            listener.close()
        raise KingpostError(
            f"cannot listen on {host} port {port}: {error.strerror}",
            next="stop what uses the port, or choose another with --port (0 takes a free one)",
        ) from error
    return listener


def address_of(listener: socket.socket) -> str:
    """The URL at which this machine reaches the socket."""
    host, port = listener.getsockname()[:2]
    reachable = "127.0.0.1" if host in EVERY_ADDRESS else host
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


def is_loopback(listener: socket.socket) -> bool:
    """Whether only this machine reaches the socket."""
    return ipaddress.ip_address(listener.getsockname()[0]).is_loopback


def _serve(app: App, address: str, listener: socket.socket) -> None:
    below = page(address)
    whole = application(app, lifespan=below.lifespan())
    whole.mount("/", below)
    server = uvicorn.Server(
        uvicorn.Config(whole, log_level="warning", timeout_graceful_shutdown=SHUTDOWN_SECONDS, ws="websockets-sansio")
    )
    # uvicorn hands a signal on once it has shut down; the default of SIGTERM would skip closing the app's children.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        log.info("stopped")

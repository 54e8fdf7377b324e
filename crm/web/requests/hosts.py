"""Host names as browsers compare them: without case and final dot, addresses in shortest form."""

import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Flask

from crm.config import Settings
from crm.errors import Sentence
from crm.setting_types import USUAL_PORTS, plain_host
from crm.web.errors import Malformed
from crm.web.requests.present import current_app, request

# What watches over the server on its own machine asks by these.
OWN_NAMES = ("127.0.0.1", "[::1]", "localhost")
NOT_TRUSTED = Sentence("This server does not answer to the host name in this address: see TRUSTED_HOSTS.")
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - as a setting may say


def host_and_port(host: str, scheme: str) -> str:
    """`host` as a header or an origin names it; the port that goes without saying is left out."""
    name, port = split_host(host)
    return name if port in {"", str(USUAL_PORTS.get(scheme))} else f"{name}:{port}"


def split_host(host: str) -> tuple[str, str]:
    """The normalized name and the port, as text. Either may be empty."""
    if host.startswith("["):
        name, _, port = host.rpartition("]")
        return plain_host(f"{name}]"), port.removeprefix(":")
    name, _, port = host.partition(":")
    return plain_host(name), port


def trust_hosts(app: Flask, settings: Settings) -> None:
    """Any name if TRUSTED_HOSTS is empty; else those, and the server's own."""
    app.extensions["holdfast.hosts"] = frozenset(_trusted(settings)) if settings.trusted_hosts else None


def refuse_strange_host() -> None:
    """Before each view. Raises Malformed for a name that is not trusted; no browser leaves it out."""
    trusted: frozenset[str] | None = current_app.extensions["holdfast.hosts"]
    host = request.environ.get("HTTP_HOST")
    if trusted is None or host is None:
        return
    name, port = split_host(host)
    if port and not port.isdigit():
        raise Malformed(NOT_TRUSTED)
    if name not in trusted and not any(f".{parent}" in trusted for parent in _parents(name)):
        raise Malformed(NOT_TRUSTED)


def _trusted(settings: Settings) -> Iterable[str]:
    yield from settings.trusted_hosts
    yield from OWN_NAMES
    yield plain_host(socket.gethostname())
    if settings.host not in EVERYWHERE:
        yield plain_host(settings.host)
    if settings.public_url:
        yield split_host(urlsplit(settings.public_url).netloc)[0]


def _parents(name: str) -> Iterable[str]:
    """`a.b.c` itself, `b.c` and `c`."""
    while name:
        yield name
        name = name.partition(".")[2]

"""What the proxies in front say of a request, and the sub-path."""

import ipaddress
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ORIGINAL_HOST = "holdfast.original_host"
PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)+")
HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


class BehindProxies:
    """Stands around a WSGI application, and believes as many proxies as TRUSTED_PROXIES counts.

    Each may add its word to a header, or hand on what the one before it said: of fewer words than proxies
    the first is the outermost's. `subpath` is asked where no proxy names one. A request may come with its
    sub-path or without: some proxies take it off, and whoever asks on this machine knows none. Where a path
    of ours begins like the sub-path, `is_ours` tells which of the two it was.
    """

    def __init__(
        self,
        app: "WSGIApplication",
        proxies: int,
        subpath: Callable[[], str],
        is_ours: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._app = app
        self._proxies = proxies
        self._subpath = subpath
        self._is_ours = is_ours

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        environ[ORIGINAL_HOST] = environ.get("HTTP_HOST")
        prefix = self._believe(environ) if self._proxies else ""
        self._mount(environ, prefix or self._subpath())
        return self._app(environ, start_response)

    def _believe(self, environ: "WSGIEnvironment") -> str:
        """Apply what the proxies say; returns the sub-path. Impossible values are ignored."""
        if address := _address_in(self._said(environ, "FOR")):
            environ["REMOTE_ADDR"] = address
        if (scheme := self._said(environ, "PROTO").lower()) in {"http", "https"}:
            environ["wsgi.url_scheme"] = scheme
        if HOST.fullmatch(host := self._said(environ, "HOST")):
            environ["HTTP_HOST"] = host
        prefix = self._said(environ, "PREFIX").rstrip("/")
        return prefix if PREFIX.fullmatch(prefix) and not _climbs(prefix) else ""

    def _mount(self, environ: "WSGIEnvironment", prefix: str) -> None:
        if not prefix:
            return
        environ["SCRIPT_NAME"] = prefix
        path = environ.get("PATH_INFO", "")
        if f"{path}/".startswith(f"{prefix}/") and not self._came_without(path, prefix):
            environ["PATH_INFO"] = path[len(prefix) :] or "/"

    def _came_without(self, path: str, prefix: str) -> bool:
        """A proxy that hands the sub-path on asks for its root with a `/` at the end."""
        return self._is_ours(path) and (path == prefix or not self._is_ours(path[len(prefix) :]))

    def _said(self, environ: "WSGIEnvironment", what: str) -> str:
        words = [word.strip() for word in str(environ.get(f"HTTP_X_FORWARDED_{what}", "")).split(",")]
        return words[-self._proxies] if len(words) > self._proxies else words[0]


def _climbs(prefix: str) -> bool:
    return bool({".", ".."} & set(prefix.split("/")))


def _address_in(word: str) -> str:
    """Some proxies add the port: `192.0.2.7:4711`, `[2001:db8::7]:4711`."""
    bare = word.rpartition(":")[0] if word.count(":") == 1 else word
    bare = bare.partition("]")[0].removeprefix("[")
    with suppress(ValueError):
        return str(ipaddress.ip_address(bare))
    return ""

"""Changes from pages of an unknown origin: accepted by their token pair, but reported to administrators.

They come where browsers send no `Sec-Fetch-Site`: over plain http, and old ones. An origin that is not known
mostly means that a setting is missing, and the links that this server gives out lead nowhere.
"""

import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

import orjson
import structlog
from flask import Flask, current_app, request

from crm.accounts.identity import Identity
from crm.config import Settings
from crm.db.durable_files import write_durably
from crm.web.requests.hosts import host_and_port
from crm.web.requests.proxies import ORIGINAL_HOST
from crm.web.requests.public_address import public_url

FILE_NAME = "origins.json"
KEPT_SECONDS, AGAIN_SECONDS = 7 * 86_400, 3_600
MOST, LONGEST, REMEMBERED = 20, 200, 1_000
# What a proxy adds, and a browser does not.
MARKS_OF_A_PROXY = ("X-Forwarded-Host", "X-Forwarded-For", "X-Forwarded-Proto", "Forwarded")

log = structlog.get_logger("crm.web")


@dataclass(frozen=True, slots=True)
class StrangeOrigin:
    """`setting` is what mends it: PUBLIC_URL, TRUSTED_PROXIES, or the proxy's header Referrer-Policy."""

    workspace_id: int
    origin: str
    host: str
    setting: str
    seen_at: float


class StrangeOrigins:
    """The origins of the last week, in a small file beside the database. Losing it does no harm."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._noted: dict[tuple[int | None, str, str], float] = {}

    def is_news(self, workspace_id: int | None, origin: str, host: str) -> bool:
        """Whether this process has not noted it for an hour."""
        with self._lock:
            now, key = time.time(), (workspace_id, origin, host)
            if abs(now - self._noted.get(key, 0.0)) < AGAIN_SECONDS:
                return False
            if len(self._noted) >= REMEMBERED:
                self._noted.clear()
            self._noted[key] = now
            return True

    def keep(self, strange: StrangeOrigin) -> None:
        with self._lock:
            others = [
                old
                for old in self._load()
                if (old.workspace_id, old.origin, old.host)
                != (strange.workspace_id, strange.origin, strange.host)
            ]
            kept = [asdict(each) for each in [strange, *others][:MOST]]
            write_durably(self._path, orjson.dumps(kept))

    def of(self, workspace_id: int) -> list[StrangeOrigin]:
        """The newest first."""
        since = time.time() - KEPT_SECONDS
        return [old for old in self._load() if old.workspace_id == workspace_id and old.seen_at > since]

    def _load(self) -> list[StrangeOrigin]:
        try:
            return [StrangeOrigin(**each) for each in orjson.loads(self._path.read_bytes())]
        except (OSError, ValueError, TypeError):
            return []


def watch_origins(app: Flask, settings: Settings) -> None:
    app.extensions["holdfast.origins"] = StrangeOrigins(settings.sqlite_path.with_name(FILE_NAME))


def strange_origins(workspace_id: int) -> list[StrangeOrigin]:
    known: StrangeOrigins = current_app.extensions["holdfast.origins"]
    return known.of(workspace_id)


def note_strange_origin(known: Identity | None, origin: str) -> None:
    """Report it in the log and, if somebody is logged in, in Settings; once an hour."""
    if _is_known(origin):
        return
    strange: StrangeOrigins = current_app.extensions["holdfast.origins"]
    workspace_id = known.workspace_id if known else None
    shown, host, setting = origin[:LONGEST], request.host[:LONGEST], _setting_for(origin)
    if not strange.is_news(workspace_id, shown, host):
        return
    log.warning("a change came from a page of an unknown origin", origin=shown, host=host, setting=setting)
    if workspace_id is not None:
        with suppress(OSError):
            strange.keep(StrangeOrigin(workspace_id, shown, host, setting, time.time()))


def _is_known(origin: str) -> bool:
    given = _parts(origin)
    if given is None:
        return False
    scheme, place = given
    hosts = {request.host, request.environ.get(ORIGINAL_HOST) or ""}
    if place in {host_and_port(host, scheme) for host in hosts}:
        return True
    return given == _parts(public_url() or "")


def _parts(address: str) -> tuple[str, str] | None:
    """Scheme, and host with its port; None for what is no origin, such as `null`."""
    with suppress(ValueError):
        found = urlsplit(address)
        if found.scheme in {"http", "https"} and found.netloc:
            return found.scheme, host_and_port(found.netloc, found.scheme)
    return None


def _setting_for(origin: str) -> str:
    if _parts(origin) is None:
        return "Referrer-Policy"
    settings: Settings = current_app.extensions["holdfast.settings"]
    behind = any(mark in request.headers for mark in MARKS_OF_A_PROXY)
    return "TRUSTED_PROXIES" if behind and not settings.trusted_proxies else "PUBLIC_URL"

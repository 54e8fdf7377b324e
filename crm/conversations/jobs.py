"""The worker's jobs for conversations."""

from collections.abc import Iterator, Mapping
from functools import cache
from pkgutil import resolve_name
from threading import Lock

from crm.config import Settings
from crm.conversations.channel_kinds import CHANNEL_KINDS, ChannelKinds
from crm.conversations.inbound.fetching import fetch_due
from crm.conversations.inbound.projection import project_due
from crm.conversations.inbound.undecided import decide_due
from crm.conversations.outbound.sending import Post, send_due
from crm.conversations.thread.conversations import wake_snoozed
from crm.conversations.transport.medium import Medium
from crm.db.database import Database
from crm.db.file_stores.opening import file_store
from crm.secret_key import open_vault

MEGABYTE = 1024 * 1024


def project_arrivals(db: Database, _settings: Settings) -> int:
    return project_due(db)


def decide_deliveries(db: Database, settings: Settings) -> int:
    post = post_of(settings)
    return decide_due(db, post.vault, post.media)


def send_messages(db: Database, settings: Settings) -> int:
    return send_due(db, post_of(settings))


def fetch_media(db: Database, settings: Settings) -> int:
    return fetch_due(db, post_of(settings), settings.max_upload_mb * MEGABYTE)


def wake_conversations(db: Database, _settings: Settings) -> int:
    return wake_snoozed(db)


@cache
def post_of(settings: Settings) -> Post:
    """Made once for a process: it keeps connections."""
    return Post(open_vault(settings), load_media(settings), file_store(settings))


def load_media(settings: Settings, kinds: ChannelKinds = CHANNEL_KINDS) -> Mapping[str, Medium]:
    return MediaWhenUsed(settings, kinds)


class MediaWhenUsed(Mapping[str, Medium]):
    """What speaks for each kind of channel, made when it first has something to say.

    A workspace without channels never loads the library that speaks HTTP, which takes 8 MB of the worker.
    """

    def __init__(self, settings: Settings, kinds: ChannelKinds) -> None:
        self._settings = settings
        self._kinds = kinds
        self._made: dict[str, Medium] = {}
        self._lock = Lock()

    def __getitem__(self, name: str) -> Medium:
        with self._lock:
            if name not in self._made:
                self._made[name] = resolve_name(self._kinds[name].sender).connect(self._settings)
            return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

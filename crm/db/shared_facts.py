"""Facts that all machines on one database share, where a server keeps the data; a file has them beside it."""

from typing import Any

from crm.config import Settings
from crm.when_used import WhenUsed

server: Any = WhenUsed("crm.db.postgres.shared")

KEY_MARK, SETUP_CODE, RESTORED = "key_mark", "setup_code", "restored"


def load_shared(settings: Settings, name: str) -> str | None:
    found: str | None = server.on_server(settings, server.load_fact, name)
    return found


def keep_first_shared(settings: Settings, name: str, value: str) -> str:
    """The value of whoever came first."""
    return str(server.on_server(settings, server.keep_first, name, value))


def keep_shared(settings: Settings, name: str, value: str) -> None:
    server.on_server(settings, server.keep_fact, name, value)


def forget_shared(settings: Settings, name: str) -> None:
    server.on_server(settings, server.forget_fact, name)

"""Reading and changing what machines share, on a connection of its own."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

import psycopg

from crm.config import Settings
from crm.db.postgres.connections import Connection, connect
from crm.db.postgres.failures import translate
from crm.db.postgres.installation import forget_fact, keep_fact, keep_first, load_fact

__all__ = ["forget_fact", "keep_fact", "keep_first", "load_fact", "on_server"]

P = ParamSpec("P")
T = TypeVar("T")


def on_server(
    settings: Settings, act: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Raises Busy while the server cannot be reached."""
    address = settings.database_url.get_secret_value() if settings.database_url else ""
    try:
        with connect(address) as connection:
            return act(connection, *args, **kwargs)
    except psycopg.Error as error:
        raise translate(error) from None

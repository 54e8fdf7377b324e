"""Servers that hold the data in place of files on this machine."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings

_DATABASE_URL = re.compile(r"postgres(?:ql)?://[^\s\x00]*")


def check_database_url(url: SecretStr) -> SecretStr:
    """What is refused is not repeated: it may hold a password."""
    if not _DATABASE_URL.fullmatch(url.get_secret_value()):
        raise ValueError("an address such as 'postgresql://name:password@host:5432/database'")
    return url


def _check_each(urls: SecretStr) -> SecretStr:
    for url in urls.get_secret_value().split():
        check_database_url(SecretStr(url))
    return urls


DatabaseUrl = Annotated[SecretStr, AfterValidator(check_database_url)]
DatabaseUrls = Annotated[SecretStr, AfterValidator(_check_each)]


class DataServers(BaseSettings):
    """Each empty for what is beside the program."""

    database_url: DatabaseUrl | None = Field(
        default=None,
        description="A PostgreSQL server, such as `postgresql://name:password@host/database`, in place of "
        "the file; empty for SQLite. A preview, not for data that you need: `docs/scaling.md`",
    )
    database_owner_url: DatabaseUrl | None = Field(
        default=None,
        description="The same database by the role that owns the tables, which migrates; empty where that of "
        "`DATABASE_URL` does all. With it the program cannot alter the history: `docs/scaling.md`",
    )
    database_replica_urls: DatabaseUrls | None = Field(
        default=None,
        description="Streaming replicas of that server, separated by blanks: reports and exports are read "
        "from one that has all that was saved; empty for none",
    )


def replica_addresses(settings: DataServers) -> list[str]:
    given = settings.database_replica_urls
    return given.get_secret_value().split() if given else []

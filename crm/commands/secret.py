"""`crm secret`: the key that signs cookies and encrypts stored secrets."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from crm.appliance.rotation import Rotated, rotate_key
from crm.config import load_settings
from crm.db.instance_lock import hold_instance, hold_worker
from crm.db.startup import prepare
from crm.errors import Conflict
from crm.kinds import open_database
from crm.logs import configure_logging

GIVEN = (
    "SECRET_KEY is a setting: put a new one there, such as `openssl rand -hex 32` prints, "
    "the old one into SECRET_KEY_PREVIOUS beside it, and run this again."
)


@click.group()
def secret() -> None:
    """The key that signs cookies and encrypts stored secrets."""


@secret.command()
def rotate() -> None:
    """Replace the key: encrypt all stored secrets anew and log everybody out. Stop the server first.

    API tokens and passwords stay. What was cut off is finished by running it again.
    """
    os.umask(0o077)
    settings = load_settings()
    configure_logging(settings)
    if settings.secret_key is not None and settings.secret_key_previous is None:
        raise Conflict(GIVEN)
    with _stopped(settings.sqlite_path):
        prepare(settings)
        database = open_database(settings)
        try:
            rotated = rotate_key(settings, database)
        finally:
            database.close()
    click.echo(
        f"The key is replaced. Sealed anew: {rotated.resealed.numbers} numbers. "
        f"Sessions ended: {rotated.sessions}."
    )
    for line in _unreadable(rotated):
        click.echo(line, err=True)
    if settings.secret_key_previous is not None:
        click.echo("Take SECRET_KEY_PREVIOUS out of the settings now.")


def _unreadable(rotated: Rotated) -> Iterator[str]:
    """What another key had sealed, and people must enter again."""
    if numbers := rotated.resealed.unreadable:
        yield f"{numbers} numbers were sealed by another key, and must be entered again."
    if webhooks := rotated.unreadable_webhooks:
        yield f"The secrets of {webhooks} webhooks were sealed by another key, and must be replaced."
    if sources := rotated.unreadable_sources:
        yield (
            f"The credentials of {sources} sources of figures were sealed by another key, "
            "and must be entered again."
        )


@contextmanager
def _stopped(database: Path) -> Iterator[None]:
    """Check that neither server nor worker runs: they would keep using the old key. Raises StartRefused."""
    with ExitStack() as held:
        for hold in (hold_instance, hold_worker):
            held.callback(os.close, hold(database))
        yield

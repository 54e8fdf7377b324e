"""The marker beside the database: that there is one, and whether it was left in order."""

import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import orjson

from crm import clock
from crm.db.durable_files import write_durably

UPLOADS_MARKER = ".holdfast"


@dataclass(frozen=True, slots=True)
class Instance:
    """`clean`: the last run ended by a graceful stop, so that nothing is left to recover."""

    instance_id: str
    created_at: str
    clean: bool


def marker_path(database: Path) -> Path:
    return database.with_name(database.name + ".instance")


def load_instance(database: Path) -> Instance | None:
    try:
        return Instance(**orjson.loads(marker_path(database).read_bytes()))
    except FileNotFoundError:
        return None


def create_instance(database: Path, uploads: Path) -> Instance:
    """Mark both places, so that a database or an uploads folder that goes missing is noticed."""
    instance = Instance(secrets.token_hex(16), clock.timestamp(), clean=True)
    _save(database, instance)
    write_durably(uploads / UPLOADS_MARKER, instance.instance_id.encode())
    return instance


def mark_clean(database: Path, *, clean: bool) -> None:
    """Called at the start of a run with False and, after a graceful stop, with True."""
    instance = load_instance(database)
    if instance is not None and instance.clean != clean:
        _save(database, replace(instance, clean=clean))


def uploads_owner(uploads: Path) -> str | None:
    """The id of the instance whose files stand there."""
    try:
        return (uploads / UPLOADS_MARKER).read_text().strip()
    except FileNotFoundError:
        return None


def _save(database: Path, instance: Instance) -> None:
    write_durably(marker_path(database), orjson.dumps(asdict(instance)))

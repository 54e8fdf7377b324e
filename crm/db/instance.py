"""The marker file beside the database: that it exists, and whether it was closed cleanly."""

import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import orjson
from pydantic import ConfigDict, TypeAdapter

from crm import clock
from crm.db.durable_files import write_durably
from crm.db.refusal import StartRefused

UPLOADS_MARKER = ".holdfast"


@dataclass(frozen=True, slots=True)
class Instance:
    """`clean`: the last run ended by a graceful stop, so that nothing is left to recover."""

    __pydantic_config__ = ConfigDict(strict=True, extra="forbid")

    instance_id: str
    created_at: str
    clean: bool


_instances = TypeAdapter(Instance)


def marker_path(database: Path) -> Path:
    return database.with_name(database.name + ".instance")


def load_instance(database: Path) -> Instance | None:
    """None when there never was one. Raises StartRefused when the marker is damaged."""
    path = marker_path(database)
    try:
        return _instances.validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise StartRefused(f"{path} is damaged. If {database.name} is the right one, remove it.") from error


def create_instance(database: Path, uploads: Path, instance_id: str | None = None) -> Instance:
    """Put markers beside the database and into the uploads folder, so that a missing one is noticed."""
    instance = Instance(instance_id or secrets.token_hex(16), clock.timestamp(), clean=True)
    write_durably(uploads / UPLOADS_MARKER, instance.instance_id.encode())
    _save(database, instance)
    return instance


def mark_clean(database: Path, *, clean: bool) -> None:
    """Set to False when a run begins, and to True when the last process has ended gracefully."""
    instance = load_instance(database)
    if instance is not None and instance.clean != clean:
        _save(database, replace(instance, clean=clean))


def uploads_owner(uploads: Path) -> str | None:
    """The id of the instance to which the uploads belong."""
    try:
        return (uploads / UPLOADS_MARKER).read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None


def _save(database: Path, instance: Instance) -> None:
    write_durably(marker_path(database), orjson.dumps(asdict(instance)))

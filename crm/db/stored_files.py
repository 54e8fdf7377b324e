"""Which files the rows of a database own, and where their content may be: only below the uploads.

A table with `id`, `stored_name`, `size` and `sha256` owns some.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

from crm.errors import NotFound

COLUMNS = {"id", "stored_name", "size", "sha256"}
GONE = "purged_at"
LONGEST_NAME = 255
PLAIN = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]*(?:/[0-9A-Za-z][0-9A-Za-z_-]*)*")
"""Without a dot, a name can neither climb nor hide; without a slash in front, it starts at the folder."""


class LeadsOut(NotFound):
    """A stored name of a row or of a backup does not stay in its folder; nothing was opened."""


@dataclass(frozen=True, slots=True, order=True)
class StoredFile:
    """`path` is relative to the folder of uploads; `record` is the row that owns it, such as files/7."""

    path: str
    size: int
    sha256: str
    record: str = field(default="", compare=False)

    @property
    def named(self) -> str:
        return f"{self.record} ({self.path})" if self.record else self.path


def check_name(name: str, record: str = "") -> None:
    """Raises LeadsOut for what cannot be a name below a folder."""
    if len(name) > LONGEST_NAME or PLAIN.fullmatch(name) is None:
        shown = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
        of = f" of {record}" if record else ""
        raise LeadsOut(f"The stored name {shown!r}{of} leads out of the folder of uploads.")


def place_of(uploads: Path, name: str) -> Path:
    """Where the content of a stored name is. Raises LeadsOut for a name, or a link, out of the folder."""
    check_name(name)
    path = uploads / name
    if not path.resolve().is_relative_to(uploads.resolve()):
        raise LeadsOut(f"The stored name {name!r} leads out of the folder of uploads by a link.")
    return path

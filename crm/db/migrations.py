"""The numbered SQL files that build the schema, for any engine."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "migrations"
FILE_NAME = re.compile(r"(\d{4})_(\w+)\.sql")
DECLARED = re.compile(r"^-- drops rows of: (\w+(?:, \w+)*)$", re.MULTILINE)


class MigrationRefused(RuntimeError):
    """The database and the program's migrations do not fit each other."""


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    sql: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def drops_rows_of(self) -> set[str]:
        """The tables that it declares to shorten or remove, by a line `-- drops rows of: TABLE, TABLE`."""
        return {table for line in DECLARED.findall(self.sql) for table in line.split(", ")}


def load_migrations(folder: Path = FOLDER) -> list[Migration]:
    """In order of number; numbers run from 1 without a gap."""
    paths = sorted(folder.glob("*.sql"))
    found = [(match, path) for path in paths if (match := FILE_NAME.fullmatch(path.name))]
    migrations = [Migration(int(match[1]), match[2], path.read_text("utf-8")) for match, path in found]
    if [migration.number for migration in migrations] != list(range(1, len(paths) + 1)):
        raise MigrationRefused(f"the migrations in {folder} are not numbered from 0001 without a gap")
    return migrations

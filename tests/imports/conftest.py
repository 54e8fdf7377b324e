"""A file read as the importer reads it, without a database."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crm.imports.composing import compose
from crm.imports.mapping import propose
from crm.imports.reading.program import stage
from crm.imports.reading.sheets import ReadingOptions
from crm.imports.reading.staged import Facts, staged_rows
from crm.imports.record import Record
from crm.imports.sampling import reading_of
from crm.imports.targets import RecordKind

SAMPLES = Path(__file__).parent / "samples"
Write = Callable[[str, bytes], Path]
Read = Callable[..., tuple[Facts, list[Record]]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """`read(name or path, kind, region, **options)`: what was detected, and each row's record."""

    def run(
        source: str | Path, kind: RecordKind = "clients", region: str = "GB", **options: str | int
    ) -> tuple[Facts, list[Record]]:
        path = SAMPLES / source if isinstance(source, str) else source
        facts = stage(path, ReadingOptions(**options), tmp_path)  # type: ignore[arg-type]
        columns = propose(kind, facts.headers, facts.sample)
        reading = reading_of(facts, columns, region)
        return facts, [compose(row, columns, reading, kind) for row in staged_rows(tmp_path)]

    return run


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """`write(name, content)`: a file with that content."""

    def run(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return run

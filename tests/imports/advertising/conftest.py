"""A report read from a sample, or from text as a platform would write it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from crm.imports.advertising.report import Report, ReportWishes
from crm.imports.advertising.reports import read_report

SAMPLES = Path(__file__).parent.parent / "samples" / "ads"
ReadText = Callable[..., Report]


@pytest.fixture
def read_text(tmp_path: Path) -> ReadText:
    """`read_text(text, encoding, wishes)`."""

    def run(text: str, encoding: str = "utf-8", wishes: ReportWishes | None = None) -> Report:
        path = tmp_path / "report.csv"
        path.write_bytes(text.encode(encoding))
        return read_report(path, wishes or ReportWishes())

    return run

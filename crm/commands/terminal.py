"""Progress of long work on stderr: one line for each step, and a percentage on a terminal."""

import sys
import time

import click

REDRAW_SECONDS = 0.1
ERASE_LINE = "\r\x1b[K"


class Lines:
    """A report to stderr; stdout is left to the result."""

    def __init__(self) -> None:
        self._watched = sys.stderr.isatty()
        self._drawn = False
        self._next = 0.0

    def step(self, text: str) -> None:
        self.erase()
        click.echo(text, err=True)

    def progress(self, done: int, total: int) -> None:
        if not self._watched or time.monotonic() < self._next or not total:
            return
        self._next = time.monotonic() + REDRAW_SECONDS
        self._drawn = True
        click.echo(f"{ERASE_LINE}{done * 100 // total} %", err=True, nl=False)

    def erase(self) -> None:
        """What was drawn of the progress, before something else is printed."""
        if self._drawn:
            click.echo(ERASE_LINE, err=True, nl=False)
            self._drawn = False


def table(rows: list[tuple[str, ...]]) -> str:
    """Lines with their columns aligned; the first row is the heading."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )

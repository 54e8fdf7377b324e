"""The results: ratios with their spread."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

Chosen = Callable[[str], bool]
"""Whether a row is to be measured, by its name."""


@dataclass(frozen=True, slots=True)
class Result:
    """`ratio` is the median of the rounds, `low` and `high` are the least and the greatest of them.

    `goal` is what the ratio shall reach, or, where the name says "at most", not exceed.
    """

    name: str
    ratio: float
    low: float
    high: float
    goal: float | None


def result_of(name: str, rounds: Sequence[float], goal: float | None) -> Result:
    low, middle, high = min(rounds), statistics.median(rounds), max(rounds)
    return Result(name, round(middle, 3), round(low, 3), round(high, 3), goal)


def lines_of(results: Sequence[Result]) -> list[str]:
    head = f"{'what':<66}{'ratio':>9}{'low':>9}{'high':>9}{'goal':>9}"
    rows = [
        f"{each.name:<66}{each.ratio:>9.2f}{each.low:>9.2f}{each.high:>9.2f}"
        f"{'' if each.goal is None else f'{each.goal:g}':>9}"
        for each in results
    ]
    return [head, *rows]


def save(results: Sequence[Result], path: Path) -> None:
    document = {"results": [asdict(each) for each in results]}
    path.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")

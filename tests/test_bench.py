"""The bench itself: small data, short rounds; its figures mean nothing here, that it can be run does."""

import json
from pathlib import Path

import pytest

from bench.direct import measure_direct, measure_growth
from bench.http import measure_growth_http, measure_http
from bench.places import copied_place, filled_place
from bench.report import Result, lines_of, result_of, save

pytestmark = pytest.mark.serial


def test_the_bench_runs_and_reports(tmp_path: Path) -> None:
    few = filled_place(tmp_path / "few", 1_000)
    served = copied_place(few, tmp_path / "served")
    results = measure_http(served, tmp_path, rounds=1, seconds=0.2)
    results += measure_growth_http(few, served, rounds=1, seconds=0.2)
    results += measure_direct(served, rounds=1)
    results += measure_growth(few, few, rounds=1)
    save(results, tmp_path / "results.json")
    kept = json.loads((tmp_path / "results.json").read_text())["results"]
    assert {"name", "ratio", "low", "high", "goal"} == set(kept[0])
    assert len(lines_of(results)) == len(results) + 1 == 16
    assert all(each.low <= each.ratio <= each.high for each in results)
    assert any(each.ratio > 50 for each in results if "memory" in each.name)


def test_a_result_is_the_median_with_its_spread() -> None:
    assert result_of("x", [0.4, 0.9, 0.5], 0.5) == Result("x", 0.5, 0.4, 0.9, 0.5)

"""The bench itself: small data, short rounds; its figures mean nothing here, that it can be run does."""

import argparse
import json
from pathlib import Path

import pytest

from bench.__main__ import measure
from bench.campaigns import measure_campaigns
from bench.deals import measure_deals
from bench.direct import measure_direct, measure_growth
from bench.forms import measure_forms
from bench.http import measure_growth_http, measure_http
from bench.lists import list_paths
from bench.monitoring import measure_monitoring
from bench.places import Places
from bench.profile import SERVER, lines_of_profiles, measure_profile, save_profiles
from bench.report import Result, lines_of, result_of, save
from bench.storage import measure_storage
from crm.db.statistics import Statistics


def everything(_name: str) -> bool:
    return True


@pytest.mark.serial
def test_the_bench_runs_and_reports(tmp_path: Path) -> None:
    places = Places(tmp_path, tmp_path, {"few": 300, "some": 1_000, "many": 1_000})
    results = measure_http(places, everything, rounds=1, seconds=0.2)
    results += measure_direct(places, everything, rounds=1)
    save(results, tmp_path / "results.json")
    kept = json.loads((tmp_path / "results.json").read_text())["results"]
    assert {"name", "ratio", "low", "high", "goal"} == set(kept[0])
    assert len(lines_of(results)) == len(results) + 1 == 26
    assert all(each.low <= each.ratio <= each.high for each in results)
    assert any(each.ratio > 50 for each in results if "memory" in each.name)


@pytest.mark.serial
def test_how_lists_grow_is_measured_for_each_of_them(tmp_path: Path) -> None:
    places = Places(tmp_path, tmp_path, {"few": 300, "some": 300, "many": 1_000})
    results = measure_growth_http(places, everything, rounds=1, seconds=0.2)
    results += measure_growth(places, everything, rounds=1)
    assert len(results) == 11
    assert set(list_paths()) < {each.name for each in results}
    assert all(0 < each.low <= each.ratio <= each.high for each in results)


def test_what_monitoring_costs_is_measured_with_it_and_without_it(tmp_path: Path) -> None:
    places = Places(tmp_path, tmp_path, {"few": 300, "some": 300, "many": 300})
    results = measure_monitoring(places, everything, rounds=1, seconds=0.4)
    assert [each.goal for each in results] == [0.97, 0.97]
    assert all(each.ratio > 0 for each in results)
    assert vars(Statistics)["note_statement"].__name__ == "note_statement", "it counts again"


def test_the_profile_has_each_part_of_each_kind_of_request(tmp_path: Path) -> None:
    places = Places(tmp_path, tmp_path, {"few": 300, "some": 1_000, "many": 300})
    profiles = measure_profile(places, seconds=0.2)
    save_profiles(profiles, tmp_path / "profiles.json")
    kept = {
        each["request"]: each for each in json.loads((tmp_path / "profiles.json").read_text())["profiles"]
    }
    parts = {name: {part["name"] for part in each["parts"]} for name, each in kept.items()}
    for name in ("GET one client", "GET 25 clients", "search", "POST client", "POST lead"):
        assert {SERVER, "identity", "limits", "hooks before and after", "encode"} <= parts[name]
    assert {"ledger", "search index", "SQL: COMMIT", "SQL: INSERT activities", "log"} <= parts["POST lead"]
    assert "idempotency" in parts["POST client with Idempotency-Key"]
    assert len(lines_of_profiles(profiles)) > sum(len(each) for each in parts.values())


def test_deals_that_fail_midway_leave_orphans_only_without_a_transaction(tmp_path: Path) -> None:
    results = measure_deals(tmp_path, everything, rounds=1, deals=40, listed=5_000)
    together, apart, overhead, by_state = results
    assert together.ratio == together.goal == 0 and apart.ratio == 2
    assert overhead.ratio > 0 and overhead.goal == 1.08 and by_state.ratio > 0


def test_what_each_index_takes_is_told_of_clients_and_leads(tmp_path: Path) -> None:
    places = Places(tmp_path, tmp_path, {"few": 300, "some": 300, "many": 300})
    results = measure_storage(places, everything, rounds=1)
    for kind, index in (("client", "clients_by_email"), ("lead", "leads_by_title")):
        [row] = [each for each in results if f"bytes a {kind}" in each.name and f" {index}," in each.name]
        [both] = [each for each in results if f"row and indexes of a {kind}" in each.name]
        assert 0 < row.ratio < both.ratio
        assert [each for each in results if f"POST {kind}: {index}," in each.name]
    assert all(each.ratio > 0 for each in results if "all indexes" in each.name)
    assert measure_storage(places, lambda _name: False, rounds=1) == []


def test_what_is_not_asked_for_is_not_filled_either(tmp_path: Path) -> None:
    places = Places(tmp_path, tmp_path, {"few": 300, "some": 300, "many": 300})
    only = ["LEAD LIST, 1,000,000 of 10,000 leads, without"]
    given = argparse.Namespace(only=only, rounds=1, seconds=0.1, quick=True)
    [result] = measure(places, given)
    assert "without the web" in result.name
    assert {path.name for path in tmp_path.iterdir()} == {"few", "many"}


def test_a_result_is_the_median_with_its_spread() -> None:
    assert result_of("x", [0.4, 0.9, 0.5], 0.5) == Result("x", 0.5, 0.4, 0.9, 0.5)


def test_collecting_and_reporting_figures_of_campaigns_is_measured(tmp_path: Path) -> None:
    results = measure_campaigns(tmp_path, everything, rounds=1, rows=400, daily=730)
    assert [each.goal for each in results] == [None, None, 100, 100]
    assert all(0 < each.low <= each.ratio <= each.high for each in results)


def test_sending_a_web_form_is_measured(tmp_path: Path) -> None:
    [result] = measure_forms(tmp_path, everything, rounds=1, sent=10)
    assert 0 < result.low <= result.ratio
    assert measure_forms(tmp_path, lambda _name: False, rounds=1, sent=10) == []

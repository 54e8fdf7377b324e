"""The power of a real filesystem is cut under load: what was acknowledged before is there after."""

from pathlib import Path

import pytest

from tests.support.torture.kill_rounds import Outcome
from tests.support.torture.power_switch import NoPowerSwitch, cut_power
from tests.support.torture.server_rounds import torture_disk_of_server

CUTS = 40

pytestmark = [pytest.mark.serial, pytest.mark.timeout(900)]


def cut_or_skip(folder: Path, cuts: int, synchronous: str = "FULL") -> Outcome:
    try:
        return cut_power(folder, cuts, seed=20261121, synchronous=synchronous)
    except NoPowerSwitch as reason:
        pytest.skip(str(reason))


def test_forty_real_power_cuts_lose_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = cut_or_skip(tmp_path, CUTS)
    with capsys.disabled():
        print(f"\n{outcome.rounds} real power cuts, {outcome.acknowledged} changes acknowledged")  # noqa: T201
    assert outcome.lost == outcome.broken == []
    assert outcome.rounds == CUTS
    assert outcome.acknowledged > 2 * CUTS


def test_without_a_sync_at_each_commit_the_cut_is_seen_to_lose(tmp_path: Path) -> None:
    outcome = cut_or_skip(tmp_path, cuts=20, synchronous="NORMAL")
    assert outcome.lost


def test_the_disk_of_the_real_appliance_loses_no_answer_and_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        outcome = torture_disk_of_server(tmp_path, 3, seed=20261121)
    except NoPowerSwitch as reason:
        pytest.skip(str(reason))
    with capsys.disabled():
        print(f"\n{outcome.rounds} power cuts of an appliance, {outcome.acknowledged} changes")  # noqa: T201
    assert outcome.findings == []
    assert (outcome.rounds, outcome.acknowledged > 100) == (3, True)

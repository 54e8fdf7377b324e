"""`kill -9` at any moment, 80 times: each acknowledged change is there, and none in part."""

from pathlib import Path

import pytest

from tests.support.torture.kill_rounds import torture

ROUNDS = 80


@pytest.mark.serial
@pytest.mark.timeout(900)
def test_eighty_kills_lose_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = torture(tmp_path, ROUNDS, seed=20261121)
    with capsys.disabled():
        print(f"\n{outcome.rounds} kills, {outcome.acknowledged} changes acknowledged")  # noqa: T201
    assert outcome.lost == outcome.broken == []
    assert outcome.rounds == ROUNDS
    assert outcome.acknowledged > 10 * ROUNDS, "the rounds were too short to prove anything"
    assert outcome.idle_rounds < ROUNDS / 2

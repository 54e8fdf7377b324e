"""`kill -9` of the real appliance under mixed requests: what was answered stands, once and whole."""

import sys
from pathlib import Path

import pytest

from tests.support.torture.server_rounds import torture_server

ROUNDS = 40


@pytest.mark.serial
@pytest.mark.timeout(900)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds the processes by /proc")
def test_forty_kills_under_requests_lose_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = torture_server(tmp_path, ROUNDS, seed=20261121)
    with capsys.disabled():
        print(  # noqa: T201 - measured figures
            f"\n{outcome.rounds} kills ({', '.join(f'{n} of {what}' for what, n in outcome.kills.items())}), "
            f"{outcome.acknowledged} changes acknowledged, {outcome.repeated} requests repeated"
        )
    assert outcome.findings == []
    assert outcome.rounds == ROUNDS
    assert outcome.kills["everything"] >= 1
    assert outcome.acknowledged > 5 * ROUNDS
    assert outcome.repeated > ROUNDS / 4, "the kills must hit requests in flight"

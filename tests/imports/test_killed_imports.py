"""Killed while it is read, entered or taken back, an import goes on as if nothing had been."""

from pathlib import Path

import pytest

from tests.support.torture.import_rounds import torture_imports

pytestmark = [pytest.mark.serial, pytest.mark.timeout(240)]


def test_killed_at_each_step_it_comes_to_the_same_end(tmp_path: Path) -> None:
    outcome = torture_imports(tmp_path, 1, seed=1)
    assert [each for each in outcome.findings if "waited" not in each] == []

"""One appliance on one database, for as long as any of its processes lives."""

import os
import subprocess
from pathlib import Path

import pytest

from crm.db.instance_lock import hold_instance
from crm.db.refusal import StartRefused


def test_a_second_holder_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    database = tmp_path / "crm.db"
    first = hold_instance(database)
    with pytest.raises(StartRefused, match="Another Holdfast server is running on"):
        hold_instance(database)
    os.close(first)
    os.close(hold_instance(database))


def test_a_child_that_inherited_it_goes_on_holding_it(tmp_path: Path) -> None:
    database = tmp_path / "crm.db"
    lock = hold_instance(database)
    with subprocess.Popen(["sleep", "60"], pass_fds=(lock,)) as child:
        os.close(lock)
        with pytest.raises(StartRefused):
            hold_instance(database, wait=0.2)
        child.kill()
    os.close(hold_instance(database, wait=5))


def test_a_database_of_another_folder_is_nobody_elses(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    locks = [hold_instance(tmp_path / "crm.db"), hold_instance(tmp_path / "other" / "crm.db")]
    for lock in locks:
        os.close(lock)

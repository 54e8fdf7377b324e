"""An appliance is set up whole, once, and by whoever reads its console."""

import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from crm.accounts.fields import SetupRequest
from crm.accounts.setup import (
    CODE_FILE,
    claim_server,
    ensure_setup_code,
    forget_setup_code,
    is_set_up,
    setup_code_fits,
    setup_workspace,
)
from crm.accounts.users import list_users
from crm.activity.chain import verify_chain
from crm.appliance.furnishing import furnish_workspace
from crm.config import Settings
from crm.db.actor import SYSTEM, Actor
from crm.db.database import Database
from crm.db.sqlite.startup import prepare
from crm.db.transaction import Transaction
from crm.errors import Conflict, Invalid, TooMany
from crm.fields import parse_fields
from tests.support.people import PASSWORD, PASSWORD_HASH, setup_fields

TABLES = ("workspaces", "users", "activities", "activity_contents")


def count_rows(tx: Transaction) -> dict[str, int]:
    return {table: tx.value(f"SELECT COUNT(*) FROM {table}") for table in TABLES}


def test_it_makes_the_workspace_its_owner_and_their_activities(db: Database) -> None:
    assert not db.read(is_set_up, SYSTEM)
    founded = db.write(setup_workspace, SYSTEM, setup_fields(), PASSWORD_HASH, furnish_workspace)
    assert db.read(is_set_up, SYSTEM)
    assert db.read(count_rows, SYSTEM) == {
        "workspaces": 1,
        "users": 1,
        "activities": 9,
        "activity_contents": 9,
    }
    assert db.read(verify_chain, Actor(founded.workspace_id, founded.owner_id)).broken_at is None


def test_a_second_attempt_is_refused_and_changes_nothing(db: Database) -> None:
    db.write(setup_workspace, SYSTEM, setup_fields(), PASSWORD_HASH, furnish_workspace)
    before = db.read(count_rows, SYSTEM)
    with pytest.raises(Conflict):
        db.write(
            setup_workspace,
            SYSTEM,
            setup_fields("Mine", "stranger@example.org"),
            PASSWORD_HASH,
            furnish_workspace,
        )
    assert db.read(count_rows, SYSTEM) == before


def test_a_crash_at_any_statement_leaves_nothing_and_the_next_attempt_works(
    settings: Settings, tmp_path: Path
) -> None:
    prepare(settings)
    script = [sys.executable, "-m", "tests.accounts.crash_in_setup", str(tmp_path)]
    run = subprocess.run(script, check=True, timeout=120, capture_output=True, text=True)
    # A slow statement is told there, too.
    *crashed, whole = [line for line in run.stdout.splitlines() if re.fullmatch(r"\d+ \d+", line)]
    assert len(crashed) > 10
    assert crashed == [f"{number} 0" for number in range(1, len(crashed) + 1)]
    assert whole == "0 27"


def test_the_code_is_the_same_at_each_start_until_it_is_used_and_for_its_owner_alone(
    settings: Settings, db: Database
) -> None:
    code = ensure_setup_code(settings)
    assert ensure_setup_code(settings) == code
    if db.in_file:
        assert stat.S_IMODE((settings.sqlite_path.parent / CODE_FILE).stat().st_mode) == 0o600
    forget_setup_code(settings)
    assert not setup_code_fits(settings, code)
    assert ensure_setup_code(settings) != code


def test_the_code_may_be_typed_as_people_type(settings: Settings, db: Database) -> None:
    code = ensure_setup_code(settings)
    assert setup_code_fits(settings, f" {code.lower().replace('-', ' ')}\n")
    assert setup_code_fits(settings, code.replace("0", "O").replace("1", "l"))
    assert not setup_code_fits(settings, "")
    assert not setup_code_fits(settings, code[:-1])
    assert not setup_code_fits(settings, "é" * 12)


def test_without_a_code_file_nothing_fits(settings: Settings, db: Database) -> None:
    assert not setup_code_fits(settings, "")


def claim(db: Database, settings: Settings, code: str, address: str = "192.0.2.1", **given: str) -> Actor:
    fields = {
        "workspace": "Acme", "name": "Olga", "email": "owner@acme.example", "password": PASSWORD,
        "code": code, **given,
    }  # fmt: skip
    return claim_server(
        db, settings, parse_fields(SetupRequest, fields), address, "request", furnish=furnish_workspace
    )


def test_whoever_has_the_code_claims_the_appliance_once(settings: Settings, db: Database) -> None:
    code = ensure_setup_code(settings)
    owner = claim(db, settings, code)
    assert [user.email for user in db.read(list_users, owner)] == ["owner@acme.example"]
    for again in (code, ensure_setup_code(settings)):
        with pytest.raises(Conflict):
            claim(db, settings, again, email="stranger@example.org", workspace="Mine")
    assert db.read(count_rows, SYSTEM)["workspaces"] == 1


@pytest.mark.parametrize(("given", "field"), [({"password": "short"}, "password"), ({"code": "0"}, "code")])
def test_a_refused_claim_leaves_nothing_and_the_code_stays(
    settings: Settings, db: Database, given: dict[str, str], field: str
) -> None:
    code = ensure_setup_code(settings)
    with pytest.raises(Invalid) as caught:
        claim(db, settings, **{"code": code, **given})
    assert [problem.field for problem in caught.value.problems] == [field]
    assert set(db.read(count_rows, SYSTEM).values()) == {0}
    claim(db, settings, code)


def test_guesses_at_the_code_are_slowed_down(settings: Settings, db: Database) -> None:
    code = ensure_setup_code(settings)
    for _ in range(10):
        with pytest.raises(Invalid):
            claim(db, settings, "0000-0000-0000")
    with pytest.raises(TooMany):
        claim(db, settings, code)
    claim(db, settings, code, "192.0.2.2")

"""Values that a server does not take are refused by a sentence, or found nowhere, as in a file."""

import pytest

from crm.db.actor import SYSTEM
from crm.db.database import Database
from crm.errors import Invalid
from tests.support.cast import Cast
from tests.support.clients import add_client

NAMED = "SELECT count(*) FROM clients WHERE workspace_id = :workspace_id AND name = :name"
UNFIT = (
    ("SELECT CAST(:given AS integer)", 2**40),
    ("SELECT CAST(:given AS integer)", "twelve"),
    ("SELECT CAST(:given AS date)", "2026-02-31"),
    ("SELECT substr('text', 1, CAST(:given AS integer))", -1),
)


def test_who_looks_for_nul_finds_nothing_and_goes_on(db: Database, cast: Cast) -> None:
    add_client(db, cast.owner, name="Ada")
    asked = ("A\0da", "Ada\0", "\0", "Ada")
    assert db.read(lambda tx: [tx.value(NAMED, name=name) for name in asked], cast.owner) == [0, 0, 0, 1]
    with pytest.raises(Invalid, match="NUL"):
        db.write(lambda tx: tx.value("SELECT CAST(:given AS text)", given="a\0b"), cast.owner)


@pytest.mark.parametrize(("sql", "given"), UNFIT)
def test_an_unfit_value_is_refused_and_is_no_defect(db: Database, sql: str, given: str | int) -> None:
    with pytest.raises(Invalid, match="cannot hold such a value"):
        db.read(lambda tx: tx.value(sql, given=given), SYSTEM)

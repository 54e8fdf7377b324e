"""The fields of a workspace are looked up once in a transaction, and are always those of the moment."""

import pytest

from crm.custom_fields.custom_field import custom_fields_of
from crm.custom_fields.custom_fields import create_custom_field
from crm.custom_fields.fields import NewCustomField
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.errors import Conflict
from crm.fields import parse_fields
from tests.support.cast import Cast

SIZE = parse_fields(NewCustomField, {"kind": "lead", "label": "Size", "field_type": "text"})


def labels(tx: Transaction) -> list[str]:
    return [field.label for field in custom_fields_of(tx, "lead").all]


def test_what_a_transaction_changes_it_sees_at_once(db: Database, cast: Cast) -> None:
    def change(tx: Transaction) -> tuple[list[str], list[str]]:
        before = labels(tx)
        create_custom_field(tx, SIZE)
        return before, labels(tx)

    assert db.write(change, cast.owner) == ([], ["Size"])


def test_what_is_undone_in_a_part_of_a_transaction_is_gone_for_the_rest(db: Database, cast: Cast) -> None:
    def change(tx: Transaction) -> list[str]:
        with pytest.raises(Conflict), tx.savepoint():
            create_custom_field(tx, SIZE)
            assert labels(tx) == ["Size"]
            raise Conflict("undone")
        return labels(tx)

    assert db.write(change, cast.owner) == []


def test_one_transaction_asks_once_for_each_workspace(db: Database, cast: Cast) -> None:
    def look(tx: Transaction) -> tuple[list[str], list[str]]:
        for _ in range(3):
            labels(tx)
        return labels(tx), labels(tx.acting_as(cast.outsider))

    db.write(create_custom_field, cast.owner, SIZE)
    before = looked_up(db)
    assert db.write(look, cast.owner) == (["Size"], [])
    assert looked_up(db) - before == 2


def looked_up(db: Database) -> int:
    return sum(
        tally.count for sql, tally in db.statistics.statements().items() if "SELECT custom_state" in sql
    )

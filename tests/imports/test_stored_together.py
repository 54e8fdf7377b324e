"""Rows that are stored together come to the same as rows that are stored one by one."""

from typing import Any

import orjson
import pytest

from crm.appliance.imports import work_on
from crm.config import Settings
from crm.custom_fields.custom_fields import create_custom_field
from crm.custom_fields.fields import NewCustomField
from crm.db.actor import Actor
from crm.db.database import Database
from crm.db.transaction import Transaction
from crm.fields import parse_fields
from crm.imports import entering_many
from crm.imports.import_row import Import, get_import
from crm.imports.imports import confirm_import
from tests.support.cast import Cast
from tests.support.imports import upload
from tests.support.leads import furnish

HEADER = "Name,Email,Phone,Company,Tags,Deal Name,Amount,Stage,Lost Reason,Deal Type\n"
ROWS = (
    "Ada,ada@example.com,+49 30 1234567,Probe GmbH,hot;new,Roof,1.50,New,,order\n"
    "Ada,ada@example.com,,Probe GmbH,,Cellar,20,Won,,\n"
    "Ada,ada@example.com,,,,Roof,99,New,,\n"
    "Bo,bo@example.com,,,cold,Garden,-5,Somewhere else,,unheard of\n"
    "Cyd,cyd@example.com,,,,Fence,7,Lost,too dear,\n"
    f"Dee,dee@example.com,,,,{'x' * 400},7,New,,\n"
    "Eve,eve@example.com,,,,Door,8,New,,\n"
    "Fay,,,,,,,,,\n"
)
TABLES = {
    "leads": """
        SELECT l.title, l.value_minor, l.currency, s.name, l.status, l.lost_reason, l.type, l.custom,
               l.sought, l.joined, l.client_key, l.rank, c.name AS client, l.closed_at IS NULL
          FROM leads l
          JOIN stages s ON s.workspace_id = l.workspace_id AND s.id = l.stage_id
          LEFT JOIN clients c ON c.workspace_id = l.workspace_id AND c.id = l.client_id
         WHERE l.workspace_id = :workspace_id
         ORDER BY l.title, l.id""",
    "clients": """
        SELECT c.name, c.kind, c.email, c.phone, c.custom, c.sought, c.joined, f.name AS company
          FROM clients c
          LEFT JOIN clients f ON f.workspace_id = c.workspace_id AND f.id = c.company_id
         WHERE c.workspace_id = :workspace_id
         ORDER BY c.name, c.id""",
    "custom values": """
        SELECT f.kind, f.key, v.value_key, count(*)
          FROM custom_values v
          JOIN custom_fields f ON f.workspace_id = v.workspace_id AND f.id = v.field_id
         WHERE v.workspace_id = :workspace_id
         GROUP BY f.kind, f.key, v.value_key
         ORDER BY f.kind, f.key, v.value_key""",
    "stays": """
        SELECT s.name, count(*)
          FROM stage_stays t
          JOIN stages s ON s.workspace_id = t.workspace_id AND s.id = t.stage_id
         WHERE t.workspace_id = :workspace_id
         GROUP BY s.name
         ORDER BY s.name""",
    "tags": """
        SELECT t.name, r.subject, count(*)
          FROM record_tags r
          JOIN tags t ON t.workspace_id = r.workspace_id AND t.id = r.tag_id
         WHERE r.workspace_id = :workspace_id
         GROUP BY t.name, r.subject
         ORDER BY t.name, r.subject""",
    "sums": """
        SELECT count(*), sum(value_minor)
          FROM leads
         WHERE workspace_id = :workspace_id""",
    "ledger": """
        SELECT a.action, k.after
          FROM activities a
          JOIN activity_contents k ON k.workspace_id = a.workspace_id AND k.activity_id = a.id
         WHERE a.workspace_id = :workspace_id
           AND a.action IN ('lead.created', 'client.created')""",
    "ids elsewhere": """
        SELECT x.source, x.external_id, x.subject
          FROM external_ids x
         WHERE x.workspace_id = :workspace_id
           AND NOT external_id LIKE 'named %'
         ORDER BY x.source, x.external_id, x.subject""",
}
OF_A_WORKSPACE = frozenset({"company_id", "client_id", "pipeline_id", "stage_id"})
OF_THE_MOMENT = frozenset({"closed_at"})


def make_fields(db: Database, who: Actor) -> None:
    for kind in ("client", "lead"):
        given = {"kind": kind, "label": "Size", "field_type": "text", "default": "middling"}
        db.write(create_custom_field, who, parse_fields(NewCustomField, given))


def run(settings: Settings, db: Database, who: Actor, records: str) -> Import:
    made = upload(settings, db, who, HEADER + ROWS, records=records)
    db.write(confirm_import, who, made)
    work_on(db, settings, who, made)
    return db.read(get_import, who, made)


def state(tx: Transaction) -> dict[str, list[Any]]:
    found = {name: tx.tuples(sql) for name, sql in TABLES.items()}
    found["ledger"] = sorted(
        (
            action,
            sorted(
                (name, value) for name, value in _told(after) if name not in OF_A_WORKSPACE | OF_THE_MOMENT
            ),
        )
        for action, after in found["ledger"]
    )
    return found


def _told(after: str) -> list[tuple[str, str]]:
    return [(name, repr(value)) for name, value in orjson.loads(after).items()]


@pytest.mark.parametrize("records", ["clients", "leads"])
def test_together_as_one_by_one(
    settings: Settings, db: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch, records: str
) -> None:
    for who in (cast.owner, cast.outsider):
        furnish(db, who)
        make_fields(db, who)
    ended = [run(settings, db, cast.owner, records)]
    monkeypatch.setattr(entering_many, "may_come_together", lambda _tx: False)
    ended.append(run(settings, db, cast.outsider, records))
    together, one_by_one = (
        (each.state, each.created, each.skipped, each.left_out, [(p.row, p.message) for p in each.problems])
        for each in ended
    )
    assert together == one_by_one
    assert together[0] == "done" and together[1] >= 5
    assert db.read(state, cast.owner) == db.read(state, cast.outsider)

"""What SQLite does for each statement of the rooms: it goes through no table, and sorts only a few rows.

The statements are those that PostgreSQL prepares too: of the code, of a little life, and of a run of all
tests. The appliance keeps no statistics of its tables: a plan is the same for a million rows as for none.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import apsw
import pytest

from crm.db.sqlite.statements import learn_schema
from tests.db import test_portable_sql

pytestmark = pytest.mark.serial  # after the others, whose statements it looks at
SMALL = {
    "workspaces", "users", "tokens", "invitations", "sessions", "devices", "saved_views", "default_views",
    "pipelines", "stages", "lead_types", "tags", "channels", "message_templates", "quick_replies",
    "search_rebuilds", "operations", "conversation_twins", "imports", "import_mappings", "custom_conversions",
    "quote_templates",
    "web_forms", "webhooks", "kpi_months",
    "campaign_sources", "report_files", "ad_connections",
}  # fmt: skip
"""Tables of which a workspace has as many rows as people set up by hand."""
REASONS = {
    "crm.campaigns.breakdown": "what a number of a report is made of, in the order of an index",
    "crm.campaigns.stored_reports": "the days beside whole months, of two months at most, are added up",
    "crm.campaigns.lead_results": "a report groups the leads of its span; deals and quotes are asked once",
    "crm.campaigns.rolling_up._count_campaigns": "a roll-up goes through all campaigns, in pieces",
    "crm.campaigns.span_sums": "a report is of all campaigns, along an index of the sums of months",
    "crm.attribution.demo": "once, in a workspace of made-up leads",
    "crm.campaigns.demo": "once, in a workspace of made-up campaigns",
    "crm.conversations.demo": "once, in a workspace of made-up conversations",
    "crm.catalogue.vehicle_demo": "once, in a workspace of made-up vehicles",
    "crm.catalogue.stock_report": "a report is of all that is in stock, read from an index alone",
    "crm.deals.demo": "once, in a workspace of made-up deals",
    "crm.documents.invoice_demo": "once, in a workspace of made-up invoices",
    "crm.documents.invoice_report": "a report is of all invoices, in the order of an index",
    "crm.documents.demo": "once, in a workspace of made-up quotes",
    "crm.documents.company.get_company": "a workspace has one profile",
    "crm.conversations.backlog": "what waits alone, in partial indexes, and the last row",
    "crm.web_forms.backlog.measure_submissions": "what waits alone, in a partial index",
    "crm.documents.mail_counts": "what waits or has failed alone, in partial indexes",
    "crm.monitoring.sizes": "how large a workspace is, when somebody asks for it",
    "crm.db.idempotency.kept_answers": "an erasure looks through the answers of the last two days",
    "crm.appliance": "an export, a backup and what mends a search go through everything",
    "crm.conversations.leads.leads.leads_of": "of one conversation and its client",
    "crm.conversations.people.probably_same": "of one client",
    "crm.conversations.reconciling.reconcile": "it counts everything, once a night",
    "crm.conversations.searching._in_old_form": "only until the search is rebuilt after an upgrade",
    "crm.conversations.thread.message_changes._edits": "of one message",
    "crm.conversations.thread.thread._reactions": "of one message",
    "crm.files.moving.count_files": "all files, before a person copies them to another store",
    "crm.imports.problems.count_by_column": "of one import, which keeps at most 20,000 problems",
    "crm.web_forms.erasing": "an erasure looks through what became no lead",
    "crm.webhooks.erasing.forget_answers": "an erasure looks through the log of the last thirty days",
    "crm.records.examples.made_before": "once for each kind, in a workspace of made-up records",
    "crm.work.demo": "once, in a workspace of made-up tasks",
    "crm.work.exporting.count_all_notes": "all notes of a workspace, before they are exported",
    "crm.leads.board._cards": "under a filter with few leads",
    "crm.leads.board._totals": "what all leads of a board come to, under a filter",
    "crm.numbers.checking._holes": "sorts the holes alone, of which there are hardly any",
    "crm.leads.demo.begin_leads": "once, in a workspace of made-up leads",
    "crm.leads.funnel": "a report is of all leads",
    "crm.leads.reports": "a report is of all leads",
    "crm.deals.reports": "a report is of all deals",
    "crm.documents.quote_report": "a report: along an index, and grouped by month and currency",
    "crm.leads.stays.last_open_stage": "of one lead",
    "crm.leads.sums.sum_closed": "a report: read from an index alone, and grouped by span and currency",
}
"""Operations that may go through all rows, or sort, by the beginning of their name."""


NAMED = re.compile(r"(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)(?:\s+(?:AS\s+)?(\w+))?")
WHOLE = re.compile(r"(?:SCAN (?P<scanned>\w+)|SEARCH (?P<searched>\w+) .*\(workspace_id=\?\))")
SORTED = re.compile(r"USE TEMP B-TREE FOR (ORDER|GROUP) BY")
OF_SOME = re.compile(r"INDEX (leads_(still_)?open|tasks_(to_do|done) )")
"""Indexes that hold what a filter finds, and nothing else."""
ENDS_EARLY = re.compile(r"ORDER BY .*LIMIT|\bmax\(|\bLIMIT", re.DOTALL)


@dataclass(frozen=True)
class Step:
    number: object
    within: object
    text: str


def faults_of(live: apsw.Connection, sql: str, owned: frozenset[str]) -> Iterator[str]:
    """The steps of its plan that go through all rows of a workspace, or sort what they find."""
    if sql.lstrip().startswith("INSERT") and "SELECT" not in sql:
        return  # its plan has what would be looked at if checks of references were put off
    rows = live.execute(f"EXPLAIN QUERY PLAN {sql}", defaultdict(lambda: None)).fetchall()
    steps = [Step(number, within, str(text)) for number, within, _, text in rows]
    tables = {alias or table: table for table, alias in NAMED.findall(sql)}
    tables |= {table: table for table in tables.values()}
    if set(tables.values()) & owned <= SMALL:
        return
    for step in steps:
        whole = WHOLE.match(step.text)
        if whole and "VIRTUAL" not in step.text:
            table = tables.get(whole["scanned"] or whole["searched"], "")
            sorts = any(SORTED.match(other.text) and other.within == step.within for other in steps)
            walks = step.text.startswith("SEARCH") and ENDS_EARLY.search(sql) and not sorts
            if table in owned - SMALL and not walks and not OF_SOME.search(step.text):
                yield f"{step.text} of {table}"
        elif SORTED.match(step.text) and not is_of_few(step, steps):
            yield step.text


def is_of_few(sort: Step, steps: list[Step]) -> bool:
    """A page that is put in order once more, or what one filter left: `page` and `walked` are of crm/db."""
    inside = next((step.text for step in steps if step.number == sort.within), "")
    pages = any(step.text in {"CO-ROUTINE page", "MATERIALIZE page"} for step in steps)
    return pages and "walked" not in inside


schema, texts = test_portable_sql.schema, test_portable_sql.texts


@pytest.fixture(scope="module")
def owned(schema: apsw.Connection) -> frozenset[str]:
    return learn_schema(schema).owned


def test_every_statement_is_answered_along_an_index(
    schema: apsw.Connection,
    texts: dict[str, str],
    owned: frozenset[str],
) -> None:
    found = {
        f"{place}: {fault}\n  {' '.join(sql.split())[:3000]}"
        for sql, place in texts.items()
        if not place.startswith(tuple(REASONS))
        for fault in faults_of(schema, sql, owned)
    }
    assert len(texts) > 400, len(texts)
    assert not found, "\n".join(sorted(found))


@pytest.mark.parametrize(
    "slow",
    [
        "SELECT count(*) FROM clients WHERE workspace_id = :workspace_id AND notes = :notes",
        "SELECT id FROM clients WHERE notes = :notes",
        "SELECT id FROM clients WHERE workspace_id = :workspace_id AND kind = :kind ORDER BY notes LIMIT 1",
        "SELECT id FROM leads l WHERE l.workspace_id = :workspace_id AND (client_id = :c OR title = :t)",
        "SELECT notes, count(*) FROM clients WHERE workspace_id = :workspace_id AND kind = 'x' GROUP BY 1",
    ],
)
def test_a_statement_that_goes_through_everything_is_seen(
    schema: apsw.Connection,
    owned: frozenset[str],
    slow: str,
) -> None:
    assert list(faults_of(schema, slow, owned))

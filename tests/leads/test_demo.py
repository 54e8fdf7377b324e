"""Demo leads are such as people could enter, and went their way through the pipeline."""

import pytest

from crm.activity.chain import verify_chain
from crm.activity.timeline import ActivityFilter, list_activities
from crm.appliance.demo import fill_with_examples
from crm.clients.filters import ClientFilter
from crm.clients.listing import list_clients
from crm.db.actor import Actor
from crm.db.database import Database
from crm.errors import Conflict
from crm.leads.demo import _ends
from crm.leads.demo_titles import TITLES
from crm.leads.filters import LeadFilter
from crm.leads.lead import Lead
from crm.leads.listing import list_leads
from tests.support.cast import Cast
from tests.support.explaining import plans_of
from tests.support.leads import add_lead, furnish


def fill(db: Database, who: Actor, leads: int) -> list[Lead]:
    furnish(db, who)
    assert list(fill_with_examples(db, who, {"clients": 60, "leads": leads}))[-1] == 60
    return db.read(list_leads, who, LeadFilter(), limit=200).rows


def test_leads_of_demo_clients_stand_in_every_stage(db: Database, cast: Cast) -> None:
    leads = fill(db, cast.owner, 80)
    assert len(leads) == 80
    assert {"open", "won", "lost"} == {lead.stage_kind for lead in leads}
    assert len({lead.stage_name for lead in leads}) == 6
    assert all(lead.client_name and lead.value >= 300 for lead in leads)
    assert {lead.title for lead in leads} <= {title for titles in TITLES.values() for title in titles}
    assert all(lead.lost_reason for lead in leads if lead.stage_kind == "lost")


def test_their_way_is_in_the_ledger_and_spread_over_the_past(db: Database, cast: Cast) -> None:
    leads = fill(db, cast.owner, 40)
    assert db.read(verify_chain, cast.owner).broken_at is None
    assert leads[-1].created_at < leads[0].created_at
    assert any(lead.created_at < lead.stage_since for lead in leads)
    moved = db.read(list_activities, cast.owner, ActivityFilter(action="lead.moved"), limit=200).rows
    told = {each.entity_id: (each.after or {}).get("closed_at") for each in reversed(moved)}
    closed = {lead.id: lead.closed_at for lead in leads if lead.closed_at}
    assert closed and {lead_id: told[lead_id] for lead_id in closed} == closed


def test_a_workspace_with_leads_is_left_alone(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)
    add_lead(db, cast.owner)
    with pytest.raises(Conflict):
        list(fill_with_examples(db, cast.owner, {"clients": 10, "leads": 5}))
    assert len(db.read(list_leads, cast.owner, LeadFilter(), limit=200).rows) == 1


def test_a_stopped_run_goes_on_where_it_was(db: Database, cast: Cast) -> None:
    furnish(db, cast.owner)
    counts = {"clients": 400, "leads": 90}
    for made in fill_with_examples(db, cast.owner, counts):
        if made >= 200:
            break
    for _ in range(2):
        assert list(fill_with_examples(db, cast.owner, counts))[-1] == 400
        clients = db.read(list_clients, cast.owner, ClientFilter(), limit=500).rows
        emails = [client.email for client in clients if client.email]
        assert (len(clients), len(emails)) == (400, len(set(emails)))
        assert len(db.read(list_leads, cast.owner, LeadFilter(), limit=200).rows) == 90
    assert db.read(verify_chain, cast.owner).broken_at is None


def test_a_lead_is_made_without_looking_through_the_clients(db: Database, cast: Cast) -> None:
    """Among a million of them the demo would take hours else."""
    furnish(db, cast.owner)
    list(fill_with_examples(db, cast.owner, {"clients": 60, "leads": 0}))
    plans = db.read(plans_of, cast.owner, _ends)
    assert len(plans) == 2 and not any("SCAN" in plan or "TEMP B-TREE" in plan for plan in plans)

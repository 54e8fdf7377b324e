import random

import pytest

from crm import clock
from crm.activity.timeline import ActivityFilter, list_activities
from crm.appliance.undo import undo_activity
from crm.db.database import Database
from crm.errors import Invalid, NotFound, Stale
from crm.leads.fields import LeadMove
from crm.leads.lead import Lead, get_lead
from crm.leads.moves import move_lead
from crm.leads.pipeline import Stage
from crm.leads.stage_fields import StageFields
from crm.leads.stages import create_stage, delete_stage
from crm.leads.trash import delete_lead
from tests.leads.test_leads import ledger_of
from tests.support.cast import Cast
from tests.support.frozen_clock import FrozenClock
from tests.support.leads import Stages, add_lead, cards_of, patch_lead, put_card
from tests.support.threads import run_in_threads


def test_a_new_lead_stands_at_the_top(db: Database, cast: Cast, stages: Stages) -> None:
    for title in "abc":
        add_lead(db, cast.owner, title=title)
    assert cards_of(db, cast.owner, stages["New"]) == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("position", "order"),
    [(None, "xcba"), (0, "xcba"), (1, "cxba"), (2, "cbxa"), (3, "cbax"), (99, "cbax")],
)
def test_a_card_goes_to_the_asked_position(
    db: Database, cast: Cast, stages: Stages, position: int | None, order: str
) -> None:
    for title in "abc":
        add_lead(db, cast.owner, title=title, stage_id=stages["Proposal"].id)
    lead = add_lead(db, cast.owner, title="x")
    moved = put_card(db, cast.owner, lead.id, stages["Proposal"], position=position)
    assert (moved.stage_name, moved.status, moved.version) == ("Proposal", "in_progress", 2)
    assert "".join(cards_of(db, cast.owner, stages["Proposal"])) == order
    assert ledger_of(db, cast.owner, "lead", lead.id)[0] == {
        "action": "lead.moved",
        "before": {"stage_id": stages["New"].id, "status": "new"},
        "after": {"stage_id": stages["Proposal"].id, "status": "in_progress"},
    }


@pytest.mark.parametrize(
    ("position", "order"), [(0, "adcb"), (1, "dacb"), (2, "dcab"), (3, "dcba"), (9, "dcba")]
)
def test_within_its_stage_a_card_passes_others(
    db: Database, cast: Cast, stages: Stages, position: int, order: str
) -> None:
    leads = {title: add_lead(db, cast.owner, title=title) for title in "abcd"}
    moved = put_card(db, cast.owner, leads["a"].id, stages["New"], position=position)
    assert "".join(cards_of(db, cast.owner, stages["New"])) == order
    assert moved.version == 1
    actions = [entry["action"] for entry in ledger_of(db, cast.owner, "lead", leads["a"].id)]
    assert actions == (["lead.created"] if order == "dcba" else ["lead.reordered", "lead.created"])


def test_a_card_goes_below_another(db: Database, cast: Cast, stages: Stages) -> None:
    leads = {title: add_lead(db, cast.owner, title=title) for title in "abcd"}
    put_card(db, cast.owner, leads["d"].id, stages["New"], after_id=leads["b"].id)
    assert cards_of(db, cast.owner, stages["New"]) == ["c", "b", "d", "a"]
    put_card(db, cast.owner, leads["b"].id, stages["Won"])
    put_card(db, cast.owner, leads["a"].id, stages["New"], after_id=leads["b"].id)
    assert cards_of(db, cast.owner, stages["New"]) == ["a", "c", "d"]


def test_a_move_that_cannot_be_is_refused(db: Database, cast: Cast, stages: Stages) -> None:
    lead, foreign = add_lead(db, cast.owner), add_lead(db, cast.outsider)
    with pytest.raises(Invalid):
        put_card(db, cast.owner, lead.id, stages["Won"], position=0, after_id=lead.id)
    with pytest.raises(Invalid):
        put_card(db, cast.outsider, foreign.id, stages["Won"])
    with pytest.raises(NotFound):
        put_card(db, cast.owner, foreign.id, stages["Won"])
    put_card(db, cast.colleague, lead.id, stages["Proposal"])
    with pytest.raises(Stale):
        db.write(move_lead, cast.owner, lead.id, LeadMove(stage_id=stages["Won"].id), expected_version=1)


def test_a_move_writes_one_lead_s_row(db: Database, cast: Cast, stages: Stages) -> None:
    ids = [add_lead(db, cast.owner, title=f"{n}").id for n in range(20)]
    before = {lead_id: db.read(get_lead, cast.owner, lead_id) for lead_id in ids}
    put_card(db, cast.owner, ids[3], stages["New"], position=7)
    put_card(db, cast.owner, ids[4], stages["Won"], position=0)
    changed = [lead_id for lead_id in ids if db.read(get_lead, cast.owner, lead_id) != before[lead_id]]
    assert changed == [ids[4]]


def test_when_a_gap_is_used_up_the_stage_is_ranked_anew(
    db: Database, cast: Cast, stages: Stages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.leads.card_ranks.LONGEST", 9)
    order = [f"{n}" for n in reversed(range(6))]
    ids = {f"{n}": add_lead(db, cast.owner, title=f"{n}").id for n in range(6)}
    chance = random.Random(1)
    for _ in range(60):
        title, position = chance.choice(order), chance.randrange(6)
        put_card(db, cast.owner, ids[title], stages["New"], position=position)
        order.remove(title)
        order.insert(position, title)
        assert cards_of(db, cast.owner, stages["New"]) == order


def test_people_who_move_the_same_cards_are_serialised(db: Database, cast: Cast, stages: Stages) -> None:
    ids = [add_lead(db, cast.owner, title=f"{n}").id for n in range(8)]
    wide = list(stages.values())

    def shuffle(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(25):
            who = chance.choice((cast.owner, cast.colleague))
            put_card(db, who, chance.choice(ids), chance.choice(wide), position=chance.randrange(4))

    run_in_threads(shuffle, 8)
    titles = [title for stage in wide for title in cards_of(db, cast.owner, stage)]
    assert sorted(titles) == sorted(f"{n}" for n in range(8))


def test_a_deleted_card_leaves_its_place_to_others(db: Database, cast: Cast, stages: Stages) -> None:
    leads = {title: add_lead(db, cast.owner, title=title) for title in "abc"}
    db.write(delete_lead, cast.owner, leads["b"].id)
    put_card(db, cast.owner, leads["a"].id, stages["New"], position=0)
    assert cards_of(db, cast.owner, stages["New"]) == ["a", "c"]


def won_leads(db: Database, cast: Cast, stages: Stages, moving: FrozenClock) -> tuple[Lead, Stage, str]:
    """A lead that was won a month ago, another won stage, and the moment of the win."""
    fields = StageFields(name="Paid", kind="won")
    paid = db.write(create_stage, cast.owner, stages["Won"].pipeline_id, fields)
    lead = put_card(db, cast.owner, add_lead(db, cast.owner).id, stages["Won"])
    assert lead.closed_at is not None
    moving.advance(days=31)
    return lead, paid, lead.closed_at


def test_a_lead_stays_won_at_the_moment_when_it_was(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    lead, paid, won_at = won_leads(db, cast, stages, frozen_clock)
    assert put_card(db, cast.owner, lead.id, paid).closed_at == won_at
    assert patch_lead(db, cast.owner, lead.id, {"stage_id": stages["Won"].id}).closed_at == won_at
    assert put_card(db, cast.owner, lead.id, stages["Lost"]).closed_at == clock.timestamp()


@pytest.mark.parametrize("wrong", ["New", "Lost"])
def test_undoing_a_wrong_move_out_of_won_brings_the_moment_back(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock, wrong: str
) -> None:
    lead, _paid, won_at = won_leads(db, cast, stages, frozen_clock)
    put_card(db, cast.owner, lead.id, stages[wrong])
    frozen_clock.advance(days=1)
    entry = db.read(list_activities, cast.owner, ActivityFilter(entity="lead"), limit=1).rows[0]
    db.write(undo_activity, cast.owner, entry.id)
    assert db.read(get_lead, cast.owner, lead.id).closed_at == won_at


def test_a_won_stage_that_goes_leaves_its_leads_won_when_they_were(
    db: Database, cast: Cast, stages: Stages, frozen_clock: FrozenClock
) -> None:
    lead, paid, won_at = won_leads(db, cast, stages, frozen_clock)
    db.write(delete_stage, cast.owner, stages["Won"].id, move_to=paid.id)
    assert db.read(get_lead, cast.owner, lead.id).closed_at == won_at
    db.write(delete_stage, cast.owner, paid.id, move_to=stages["Lost"].id)
    assert db.read(get_lead, cast.owner, lead.id).closed_at == clock.timestamp()

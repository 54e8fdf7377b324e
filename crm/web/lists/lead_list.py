"""The list of leads: columns, usual views, filter choices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from crm.attribution.crediting import credited_names
from crm.db.transaction import Transaction
from crm.leads.kind import LEAD
from crm.leads.lead import Lead
from crm.leads.pipeline import Pipeline, open_pipelines
from crm.web.lists.choices import lead_choices
from crm.web.lists.chosen_columns import column_names
from crm.web.lists.filters import LEAD_FILTERS
from crm.web.lists.lead_address import COLUMNS, LeadAddress, seen_columns
from crm.web.lists.page import Columns, ListPage, TrashWords
from crm.web.lists.saved_views import UsualView
from crm.web.sessions.identity import identity
from crm.web.words.formats import money
from crm.web.words.times import days_since


@dataclass(frozen=True)
class Pipelines:
    """Those that are not archived."""

    all: list[Pipeline]

    def holding(self, lead: Lead) -> Pipeline | None:
        """None for an archived one, in which nothing moves."""
        return next((pipeline for pipeline in self.all if pipeline.id == lead.pipeline_id), None)

    def choices(self, pipeline: Pipeline) -> list[tuple[int, str]]:
        """The stages that a lead of it can go to."""
        return [(stage.id, stage.name) for stage in pipeline.stages if stage.takes_leads]

    @cached_property
    def colours(self) -> dict[int, str]:
        """Of the stages, by id."""
        return {stage.id: stage.colour for pipeline in self.all for stage in pipeline.stages}


def _columns(wanted: LeadAddress) -> Columns:
    return [
        (_("Title"), "title", "col-main"),
        *((COLUMNS[name], name, f"col-{name}") for name in wanted.shown),
    ]


def _extras(tx: Transaction) -> dict[str, Any]:
    return {"pipelines": Pipelines(open_pipelines(tx)), **column_names(tx, LEAD, seen_columns())}


def _drawn_with(lead: Lead, wanted: LeadAddress, extras: Mapping[str, Any]) -> object:
    """The days of an inactive lead are counted from an hour."""
    days = days_since(lead.touched_at) if lead.stale else None
    return wanted.shown, extras["pipelines"].colours.get(lead.stage_id), days, extras["credited"].get(lead.id)


def _campaigns(tx: Transaction, wanted: LeadAddress, leads: Sequence[Lead]) -> dict[str, Any]:
    """Id and name by lead, where the list shows them."""
    wants = "campaign" in wanted.shown
    return {"credited": credited_names(tx, [lead.id for lead in leads]) if wants else {}}


def _usual_views() -> list[UsualView]:
    return [
        (_("All"), "target", {}),
        (_("Open"), "circle", {"status": "open"}),
        (_("Yours"), "user", {"owner_id": identity().user_id, "status": "open"}),
        (_("Inactive"), "hourglass", {"stale": True}),
        (_("Won"), "trophy", {"status": "won"}),
        (_("Lost"), "circle-x", {"status": "lost"}),
    ]


LEAD_LIST = ListPage(
    kind=LEAD,
    address=LeadAddress,
    folder="leads",
    cells=True,
    fields="col-main:title col-tags:tags col-owner:owner_id col-value:value col-source:source "
    "col-expected_close:expected_close",
    filters=LEAD_FILTERS,
    columns=_columns,
    usual=_usual_views,
    choices=lambda tx, wanted, extras: lead_choices(tx, wanted, extras["pipelines"].all),
    css="table-leads",
    extras=_extras,
    drawn_with=_drawn_with,
    beside=_campaigns,
    trash=TrashWords(
        lazy_gettext("Deleted leads are kept here and can be restored."),
        lazy_gettext("Deleted leads"),
        lambda lead: money(lead.value, lead.currency) if lead.value else "",
    ),
)

"""The list of leads: filters, order and columns in the address, and what can be done to many at once."""

from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.db.keyset import Page
from crm.db.listing import Count
from crm.db.transaction import Transaction
from crm.leads.lead import Lead
from crm.leads.listing import count_leads, list_leads
from crm.leads.pipeline import Pipeline, open_pipelines
from crm.web.auth import permit
from crm.web.lists.choices import Choices, lead_choices
from crm.web.lists.filters import LEAD_FILTERS, Chip, built, chips_of
from crm.web.lists.lead_address import COLUMNS, LeadAddress
from crm.web.lists.saved_views import Tabs, UsualView, find_default, read_tabs, view_address
from crm.web.requests.forms import is_fragment
from crm.web.requests.reading import query, read
from crm.web.sessions.identity import identity

blueprint = Blueprint("leads", __name__, url_prefix="/leads")

PAGE = 25
DEFAULT_SORT = "-updated_at"


@dataclass(frozen=True, slots=True)
class Listing:
    """`choices` are those of the filters and of what is done to many."""

    page: Page[Lead]
    count: Count
    tabs: Tabs
    pipelines: list[Pipeline]
    choices: Choices
    chips: list[Chip]

    def pipeline_of(self, lead: Lead) -> Pipeline | None:
        """None for an archived one, in which nothing moves."""
        return next((pipeline for pipeline in self.pipelines if pipeline.id == lead.pipeline_id), None)

    @property
    def stage_colours(self) -> dict[int, str]:
        return {stage.id: stage.colour for pipeline in self.pipelines for stage in pipeline.stages}


@blueprint.get("")
@permit("leads.read")
def list_all() -> ResponseReturnValue:
    """The bare address opens the reader's default view."""
    if not request.args and (opening := read(find_default, "leads")):
        return redirect(view_address(opening))
    wanted = query(LeadAddress)
    listing = read(_read_listing, wanted)
    template = "leads/rows.html" if is_fragment() else "leads/list.html"
    response = make_response(
        render_template(
            template,
            listing=listing,
            query=wanted,
            sort=wanted.sort or DEFAULT_SORT,
            tabs=listing.tabs,
            choices=listing.choices,
            builder=built(LEAD_FILTERS),
            column_names=COLUMNS,
        )
    )
    if is_fragment():
        response.headers["HX-Push-Url"] = wanted.address() if wanted.kept else listing.tabs.whole
    return response


def _read_listing(tx: Transaction, wanted: LeadAddress) -> Listing:
    pipelines = open_pipelines(tx)
    choices = lead_choices(tx, wanted, pipelines)
    return Listing(
        page=list_leads(tx, wanted, sort=wanted.sort or DEFAULT_SORT, limit=PAGE, cursor=wanted.cursor),
        count=count_leads(tx, wanted),
        tabs=read_tabs(tx, "leads", wanted, _usual_views()),
        pipelines=pipelines,
        choices=choices,
        chips=chips_of(LEAD_FILTERS, wanted, choices),
    )


def _usual_views() -> list[UsualView]:
    return [
        (_("All"), "target", {}),
        (_("Open"), "circle", {"status": "open"}),
        (_("Yours"), "user", {"owner_id": identity().user_id, "status": "open"}),
        (_("Stale"), "hourglass", {"stale": True}),
        (_("Won"), "trophy", {"status": "won"}),
        (_("Lost"), "circle-x", {"status": "lost"}),
    ]

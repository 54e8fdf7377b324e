"""The list of leads: filters, order and columns in the address, and what can be done to many at once."""

from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.clients.kind import CLIENT
from crm.db.keyset import Page
from crm.db.listing import Count
from crm.db.transaction import Transaction
from crm.leads.lead import Lead
from crm.leads.lead_types import list_lead_types
from crm.leads.listing import count_leads, list_leads
from crm.leads.pipeline import Pipeline, open_pipelines
from crm.records.names import name_records
from crm.records.tags import list_tags
from crm.web.auth import permit
from crm.web.lists.lead_address import COLUMNS, LeadAddress
from crm.web.lists.saved_views import Tabs, UsualView, find_default, read_tabs, view_address
from crm.web.requests.forms import is_fragment
from crm.web.requests.reading import query, read
from crm.web.sessions.identity import identity
from crm.web.words.choices import owner_choices
from crm.web.words.leads import STATUSES, type_word

blueprint = Blueprint("leads", __name__, url_prefix="/leads")

PAGE = 25
DEFAULT_SORT = "-updated_at"


@dataclass(frozen=True, slots=True)
class Listing:
    """`owners`, `tags` and `types` are the choices of the filters and of what is done to many."""

    page: Page[Lead]
    count: Count
    tabs: Tabs
    pipelines: list[Pipeline]
    owners: list[tuple[int, str]]
    tags: list[tuple[str, str]]
    types: list[tuple[str, str]]
    client_name: str | None

    @property
    def pipeline_choices(self) -> list[tuple[int, str]]:
        return [(pipeline.id, pipeline.name) for pipeline in self.pipelines]

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
            statuses=[("open", _("Open")), *STATUSES.items()],
            column_names=COLUMNS,
        )
    )
    if is_fragment():
        response.headers["HX-Push-Url"] = wanted.address() if wanted.kept else listing.tabs.whole
    return response


def _read_listing(tx: Transaction, wanted: LeadAddress) -> Listing:
    asked, client_id = wanted.filter(), wanted.client_id
    return Listing(
        page=list_leads(tx, asked, sort=wanted.sort or DEFAULT_SORT, limit=PAGE, cursor=wanted.cursor),
        count=count_leads(tx, asked),
        tabs=read_tabs(tx, "leads", wanted, _usual_views()),
        pipelines=open_pipelines(tx),
        owners=owner_choices(tx, wanted.owner_id),
        tags=[(tag.name, tag.name) for tag in list_tags(tx)],
        types=[(name, type_word(name)) for name in list_lead_types(tx)],
        client_name=name_records(tx, CLIENT, [client_id]).get(client_id) if client_id else None,
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

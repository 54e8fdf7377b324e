"""The list of leads: filters, order and columns in the address, and what can be done to many at once."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, make_response, render_template, url_for
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _
from pydantic import Field

from crm.clients.fields import MAX_ID
from crm.clients.listing import Count
from crm.clients.names import name_clients
from crm.clients.tags import list_tags
from crm.db.keyset import Page
from crm.db.transaction import Transaction
from crm.leads.lead import Lead
from crm.leads.lead_types import list_lead_types
from crm.leads.listing import count_leads, list_leads
from crm.leads.pipeline import Pipeline, list_pipelines
from crm.web.auth import permit
from crm.web.forms import is_fragment
from crm.web.identity import identity
from crm.web.lead_queries import PageQuery, owner_choices
from crm.web.lead_words import STATUSES, type_word
from crm.web.requests import query, read

blueprint = Blueprint("leads", __name__, url_prefix="/leads")

PAGE = 25
DEFAULT_SORT = "-updated_at"
COLUMNS: dict[str, LazyString] = {
    "client": lazy_gettext("Client"),
    "stage": lazy_gettext("Stage"),
    "status": lazy_gettext("Status"),
    "value": lazy_gettext("Value"),
    "expected_close": lazy_gettext("Expected close"),
    "type": lazy_gettext("Type"),
    "source": lazy_gettext("Source"),
    "tags": lazy_gettext("Tags"),
    "owner": lazy_gettext("Owner"),
    "updated_at": lazy_gettext("Changed"),
}
USUAL_COLUMNS = ("client", "stage", "value", "expected_close", "owner", "updated_at")


class LeadAddress(PageQuery):
    """What the address of a list says; `columns` are parted by commas."""

    pipeline_id: int | None = Field(None, ge=1, le=MAX_ID)
    stage_id: int | None = Field(None, ge=1, le=MAX_ID)
    sort: str | None = Field(None, max_length=40)
    cursor: str | None = Field(None, max_length=2000)
    columns: str | None = Field(None, max_length=200)

    @property
    def place(self) -> dict[str, Any]:
        """The part of the board that is listed."""
        place = {"pipeline_id": self.pipeline_id, "stage_id": self.stage_id}
        return {name: value for name, value in place.items() if value is not None}

    @property
    def shown(self) -> list[str]:
        """The columns to show, in their usual order."""
        wanted = USUAL_COLUMNS if self.columns is None else self.columns.split(",")
        return [name for name in COLUMNS if name in wanted]

    def address(
        self, sort: str | None = None, cursor: str | None = None, endpoint: str = "leads.list_all"
    ) -> str:
        """This list in another order, or from another place on; without either, its first page."""
        return url_for(
            endpoint,
            **self.filters,
            **self.place,
            columns=self.columns,
            sort=sort or self.sort,
            cursor=cursor,
        )


@dataclass(frozen=True, slots=True)
class Listing:
    """`owners`, `tags` and `types` are the choices of the filters and of what is done to many."""

    page: Page[Lead]
    count: Count
    pipelines: list[Pipeline]
    owners: list[tuple[int, str]]
    tags: list[tuple[str, str]]
    types: list[tuple[str, str]]
    client_name: str | None

    @property
    def pipeline_choices(self) -> list[tuple[int, str]]:
        return [(pipeline.id, pipeline.name) for pipeline in self.pipelines]

    @property
    def stage_colours(self) -> dict[int, str]:
        return {stage.id: stage.colour for pipeline in self.pipelines for stage in pipeline.stages}


@blueprint.get("")
@permit("leads.read")
def list_all() -> Response:
    wanted = query(LeadAddress)
    listing = read(_read_listing, wanted)
    template = "leads/rows.html" if is_fragment() else "leads/list.html"
    response = make_response(
        render_template(
            template,
            listing=listing,
            query=wanted,
            sort=wanted.sort or DEFAULT_SORT,
            views=_views({**wanted.filters, **wanted.place}),
            statuses=[("open", _("Open")), *STATUSES.items()],
            column_names=COLUMNS,
        )
    )
    if is_fragment():
        response.headers["HX-Push-Url"] = wanted.address()
    return response


def _read_listing(tx: Transaction, wanted: LeadAddress) -> Listing:
    asked, client_id = wanted.filter(), wanted.client_id
    return Listing(
        page=list_leads(tx, asked, sort=wanted.sort or DEFAULT_SORT, limit=PAGE, cursor=wanted.cursor),
        count=count_leads(tx, asked),
        pipelines=[pipeline for pipeline in list_pipelines(tx) if pipeline.archived_at is None],
        owners=owner_choices(tx),
        tags=[(tag.name, tag.name) for tag in list_tags(tx)],
        types=[(name, type_word(name)) for name in list_lead_types(tx)],
        client_name=name_clients(tx, [client_id]).get(client_id) if client_id else None,
    )


def _views(asked: dict[str, Any]) -> list[dict[str, object]]:
    """Lists that many people need, each a plain address."""
    views: tuple[tuple[str, str, dict[str, Any]], ...] = (
        (_("All"), "target", {}),
        (_("Open"), "circle", {"status": "open"}),
        (_("Yours"), "user", {"owner_id": identity().user_id, "status": "open"}),
        (_("Stale"), "hourglass", {"stale": True}),
        (_("Won"), "trophy", {"status": "won"}),
        (_("Lost"), "circle-x", {"status": "lost"}),
    )
    return [
        {
            "label": label,
            "icon": icon,
            "address": url_for("leads.list_all", **filters),
            "is_here": asked == filters,
        }
        for label, icon, filters in views
    ]

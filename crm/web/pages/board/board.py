"""The board: cards by stage, moved by mouse, touch and keyboard; other browsers follow."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from crm.accounts.workspaces import get_workspace
from crm.activity.timeline import ledger_head
from crm.db.transaction import Transaction
from crm.errors import CrmError
from crm.fields import MAX_ID, parse_fields
from crm.leads.board import Board, show_board, show_column
from crm.leads.fields import LeadFields, LeadMove
from crm.leads.filters import BoardFilter
from crm.leads.ids import PipelineId, StageId
from crm.leads.kind import LEAD
from crm.leads.lead import get_lead
from crm.leads.leads import create_lead
from crm.leads.moves import move_lead
from crm.leads.pipeline import Pipeline, get_default_pipeline, get_pipeline, open_pipelines
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.lists.choices import Choices, lead_choices
from crm.web.lists.conditions import condition_chips
from crm.web.lists.filters import LEAD_FILTERS, Chip, built, chips_of
from crm.web.records.custom_facts import Fact, read_card_facts
from crm.web.requests.amounts import plain_amount
from crm.web.requests.forms import is_fragment, number_from, sent_version
from crm.web.requests.page_address import Address
from crm.web.requests.reading import query, read, write
from crm.web.requests.wrong_filters import show_despite
from crm.web.sessions.identity import identity
from crm.web.words.fields import sentence_of

blueprint = Blueprint("board", __name__, url_prefix="/board")

CARDS = 25
MOST_CARDS = 200
CardFacts = dict[int, list[Fact]]


class BoardAddress(BoardFilter, Address):
    """`cards` is how many of each column are asked for."""

    pipeline_id: int | None = Field(default=None, ge=1, le=MAX_ID)
    cards: int = Field(CARDS, ge=1, le=MOST_CARDS)

    @property
    def filters(self) -> dict[str, Any]:
        """What narrows the board, as an address holds it."""
        return self.model_dump(mode="json", include=set(BoardFilter.model_fields), exclude_none=True)

    def address(self, without: Collection[str] = ()) -> str:
        filters = {name: value for name, value in self.filters.items() if name not in without}
        return url_for("board.show", pipeline_id=self.pipeline_id, **filters)


class ColumnAddress(BoardAddress):
    cursor: str | None = Field(None, max_length=400)


@dataclass(frozen=True, slots=True)
class View:
    """`facts` are the custom fields on the cards, by lead; `choices` those of the filters; `head` is the
    ledger's at that moment."""

    board: Board
    facts: CardFacts
    pipelines: list[Pipeline]
    choices: Choices
    chips: list[Chip]
    head: int


@blueprint.get("")
@permit("leads.read")
def show() -> ResponseReturnValue:
    return show_despite(BoardAddress, _show)


def _show(wanted: BoardAddress) -> Response:
    view = read(_read_view, wanted)
    template = "board/columns.html" if is_fragment() else "board/board.html"
    response = make_response(
        render_template(
            template,
            view=view,
            board=view.board,
            facts=view.facts,
            query=wanted,
            choices=view.choices,
            builder=[each for each in built(LEAD_FILTERS) if not each.area],
        )
    )
    if is_fragment():
        response.headers["HX-Push-Url"] = wanted.address()
        response.headers["X-Ledger-Head"] = str(view.head)
    return response


@blueprint.get("/<id:pipeline_id>/stages/<id:stage_id>")
@permit("leads.read")
def show_more(pipeline_id: int, stage_id: int) -> ResponseReturnValue:
    """Further cards of one column; without scripts, all of them as a list."""
    wanted = query(ColumnAddress)
    if not is_fragment():
        narrowed = {**wanted.filters, "pipeline_id": pipeline_id, "stage_id": stage_id}
        return redirect(url_for("leads.list_all", **narrowed))
    pipeline, stage = PipelineId(pipeline_id), StageId(stage_id)
    found, facts = read(_read_column, pipeline, stage, wanted)
    return render_template("board/cards.html", board=found, facts=facts, column=found.stages[0], query=wanted)


@blueprint.get("/leads/<id:lead_id>/move")
@permit("leads.write")
def show_move(lead_id: int) -> str:
    """The card's menu as a page of its own, for readers without scripts."""
    lead = read(get_lead, lead_id)
    return render_template("board/move.html", lead=lead, pipeline=read(get_pipeline, lead.pipeline_id))


@blueprint.post("/leads/<id:lead_id>/move")
@permit("leads.write")
def move(lead_id: int) -> ResponseReturnValue:
    form = request.form
    try:
        given = {
            "stage_id": number_from(form.get("stage_id", ""), "stage_id"),
            "after_id": number_from(form.get("after_id", ""), "after_id"),
            "lost_reason": form.get("lost_reason") or None,
        }
        lead = write(move_lead, lead_id, parse_fields(LeadMove, given), expected_version=sent_version())
    except CrmError as error:
        return _refusal(error)
    if is_fragment():
        return {"stage": lead.stage_name, "version": lead.version}
    return redirect(url_for("board.show", pipeline_id=lead.pipeline_id), 303)


@blueprint.post("/leads")
@permit("leads.write")
def add() -> ResponseReturnValue:
    """A lead of a few words, at the top of the stage in which it was written down."""
    form = request.form
    try:
        given: dict[str, object] = {
            "title": form.get("title", ""),
            "value": plain_amount(form.get("value", ""), read(get_workspace).currency),
            "stage_id": number_from(form.get("stage_id", ""), "stage_id"),
            "owner_id": identity().user_id,
        }
        lead = write(create_lead, parse_fields(LeadFields, given))
    except CrmError as error:
        return _refusal(error)
    if is_fragment():
        return {"id": lead.id}
    return redirect(url_for("board.show", pipeline_id=lead.pipeline_id), 303)


def _refusal(error: CrmError) -> ResponseReturnValue:
    """For the script, which shows it and puts the card back; a page without scripts gets the error page."""
    if not is_fragment():
        raise error
    return {"text": sentence_of(error)}, status_of(error)


def _read_view(tx: Transaction, wanted: BoardAddress) -> View:
    pipelines = open_pipelines(tx)
    choices = lead_choices(tx, wanted, pipelines)
    board = show_board(tx, wanted.pipeline_id or get_default_pipeline(tx).id, wanted, limit=wanted.cards)
    return View(
        board=board,
        facts=_facts_of(tx, board),
        pipelines=pipelines,
        choices=choices,
        chips=[
            *chips_of(LEAD_FILTERS, wanted, choices),
            *condition_chips(tx, LEAD, wanted, choices),
        ],
        head=ledger_head(tx),
    )


def _read_column(
    tx: Transaction, pipeline: PipelineId, stage: StageId, wanted: ColumnAddress
) -> tuple[Board, CardFacts]:
    found = show_column(tx, pipeline, stage, wanted, limit=CARDS, cursor=wanted.cursor)
    return found, _facts_of(tx, found)


def _facts_of(tx: Transaction, board: Board) -> CardFacts:
    return read_card_facts(tx, LEAD, [card for column in board.stages for card in column.cards])

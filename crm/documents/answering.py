"""A customer's answer to a quote: seen by its link, accepted with chosen options, or declined; once."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from crm.accounts.credentials import hash_secret
from crm.accounts.workspaces import get_workspace
from crm.db.actor import Actor
from crm.db.transaction import Row, Transaction
from crm.documents.company import Company, get_company
from crm.documents.drafting import draft_from, what_to_draft
from crm.documents.fields import LongText
from crm.documents.lines import store_quote_lines
from crm.documents.quote import QUOTE_RECORD, Quote, get_quote, quote_facts
from crm.documents.quotes import store_sums
from crm.documents.revisions import keep_accepted
from crm.errors import Conflict, Invalid, NotFound, Sentence
from crm.fields import Fields, Name, parse_fields
from crm.leads.closing import win_lead
from crm.leads.lead import find_lead
from crm.records.recording import record_change
from crm.work.task_fields import TaskFields
from crm.work.tasks import create_task

GONE = "This link does not work. Ask for a new one."
REVOKED = "This link is no longer valid. Ask for a new one."
EXPIRED = "This link has expired. Ask for a new one."
REPLACED = "This quote was replaced by a newer version. Ask for the new link."
OVER = "This quote is no longer valid. Ask for a new one."
ACCEPTED = "This quote was accepted already."
DECLINED = "This quote was declined already."


class Closed(NotFound):
    """A link that worked once, to a quote in this language."""

    def __init__(self, message: str, language: str) -> None:
        super().__init__(message)
        self.language = language


class QuoteAnswer(Fields):
    """`chosen` are the places of the optional and alternative lines that the customer wants, from 0."""

    name: Name = Field(description="Who answers")
    comment: LongText = None
    chosen: list[Annotated[int, Field(ge=0, le=1_000)]] | None = Field(default=None, max_length=500)


@dataclass(frozen=True, slots=True)
class SharedQuote:
    """What a link shows: `refusal` says why it cannot be answered, if so."""

    quote: Quote
    company: Company
    workspace_name: str
    refusal: str


def open_link(tx: Transaction, token: str) -> tuple[Actor, int]:
    """In whose name the quote is read, and its id. `tx` is of SYSTEM. Raises NotFound."""
    link = tx.one(
        """
        SELECT l.workspace_id, l.quote_id, l.revision, l.revoked_at, l.expires_at <= :now AS expired,
               q.language, q.revision AS newest, q.deleted_at, q.erased_at, w.module_quotes
          FROM quote_links l
          JOIN workspaces w ON w.id = l.workspace_id
          JOIN quotes q ON q.workspace_id = l.workspace_id AND q.id = l.quote_id
         WHERE l.token_hash = :token_hash
        """,
        token_hash=hash_secret(token),
    )
    if link is None or link["deleted_at"] or link["erased_at"] or not link["module_quotes"]:
        raise NotFound(GONE)
    _refuse_old(link)
    return Actor(link["workspace_id"], None, tx.actor.request_id), link["quote_id"]


def _refuse_old(link: Row) -> None:
    if link["revoked_at"]:
        raise Closed(REVOKED, link["language"])
    if link["revision"] != link["newest"]:
        raise Closed(REPLACED, link["language"])
    if link["expired"]:
        raise Closed(EXPIRED, link["language"])


def see_quote(tx: Transaction, token: str) -> SharedQuote:
    """Notes that it was seen. `tx` is of SYSTEM. Raises NotFound."""
    actor, quote_id = open_link(tx, token)
    inside = tx.acting_as(actor)
    inside.run(
        """
        UPDATE quote_links
           SET seen_at = coalesce(seen_at, :now), last_seen_at = :now, seen_count = seen_count + 1
         WHERE workspace_id = :workspace_id
           AND token_hash = :token_hash
        """,
        token_hash=hash_secret(token),
    )
    quote = get_quote(inside, quote_id)
    company = get_company(inside)
    return SharedQuote(quote, company, company.legal_name or get_workspace(inside).name, _refusal_of(quote))


def _refusal_of(quote: Quote) -> str:
    if quote.state == "accepted":
        return ACCEPTED
    if quote.state == "declined":
        return DECLINED
    return OVER if quote.expired else ""


def accept_quote(tx: Transaction, token: str, answer: QuoteAnswer) -> Quote:
    """The quote with its options, what it becomes, the lead won, and a task for its owner, all together.

    `tx` is of SYSTEM.

    Raises NotFound, Invalid, and Conflict where it was answered already or is no longer valid.
    """
    inside, quote = _open_quote(tx, token)
    chosen = _with_choices(quote, answer)
    if chosen is not None:
        store_quote_lines(inside, quote.id, chosen)
        store_sums(inside, quote.id, quote_facts(quote) | {"lines": chosen})
    drafted = draft_from(inside, _store_answer(inside, quote, "accepted", answer))
    accepted = _record_answer(inside, quote, drafted)
    keep_accepted(inside, accepted)
    _win(inside, accepted)
    title = Sentence("Quote {number} was accepted", number=quote.quote_number)
    _add_task(inside, accepted, title, answer, what_to_draft(inside, accepted, drafted))
    return get_quote(inside, quote.id)


def decline_quote(tx: Transaction, token: str, answer: QuoteAnswer) -> Quote:
    """The lead stays open: its owner gets a task. `tx` is of SYSTEM. Raises as `accept_quote`."""
    inside, quote = _open_quote(tx, token)
    _store_answer(inside, quote, "declined", answer)
    declined = _record_answer(inside, quote, {})
    _add_task(inside, declined, Sentence("Quote {number} was declined", number=quote.quote_number), answer)
    return declined


def _open_quote(tx: Transaction, token: str) -> tuple[Transaction, Quote]:
    actor, quote_id = open_link(tx, token)
    inside = tx.acting_as(actor)
    quote = get_quote(inside, quote_id)
    refusal = _refusal_of(quote)
    if refusal:
        raise Conflict(refusal)
    return inside, quote


def _with_choices(quote: Quote, answer: QuoteAnswer) -> list[dict[str, Any]] | None:
    """The lines as chosen; None where nothing was said of options. Raises Invalid."""
    if answer.chosen is None:
        return None
    lines: list[dict[str, Any]] = quote_facts(quote)["lines"]
    offered = {place for place, line in enumerate(lines) if line["optional"] or line["alternative"]}
    if set(answer.chosen) - offered:
        raise Invalid.field("chosen", "is not an option of this quote")
    return [line | {"chosen": place in answer.chosen} for place, line in enumerate(lines)]


def _store_answer(tx: Transaction, quote: Quote, state: str, answer: QuoteAnswer) -> Quote:
    tx.run(
        """
        UPDATE quotes
           SET state = :state, answered_at = :now, answered_by = :name, answer = :comment,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :quote_id
        """,
        quote_id=quote.id,
        state=state,
        name=answer.name,
        comment=answer.comment,
    )
    return get_quote(tx, quote.id)


def _record_answer(tx: Transaction, quote: Quote, drafted: dict[str, Any]) -> Quote:
    """`quote` as it was before, `drafted` is what came of it."""
    answered = get_quote(tx, quote.id)
    told = {name: value for name, value in drafted.items() if value is not None}
    action = "quote.accepted" if answered.state == "accepted" else "quote.declined"
    record_change(tx, action, QUOTE_RECORD, (quote, answered), facts=quote_facts, told=told)
    return answered


def _win(tx: Transaction, quote: Quote) -> None:
    """A pipeline without a stage for what is won leaves its lead where it is."""
    lead = None if quote.lead_id is None else find_lead(tx, quote.lead_id)
    if lead is None or lead.deleted_at is not None or lead.stage_kind == "won":
        return
    try:
        with tx.savepoint():
            win_lead(tx, lead.id)
    except Conflict:
        return


def _add_task(tx: Transaction, quote: Quote, title: str, answer: QuoteAnswer, to_do: str = "") -> None:
    """For whoever looks after the quote, if they can still log in. What is `to_do` stands first."""
    said = f"{answer.name}: {answer.comment}" if answer.comment else answer.name
    comment = f"{to_do}\n\n{said}" if to_do else said
    about = {"subject": "quote", "subject_id": quote.id}
    given = {"title": str(title), "details": comment[:10_000], "assignee_id": quote.owner_id, **about}
    try:
        with tx.savepoint():
            create_task(tx, parse_fields(TaskFields, given))
    except Invalid:
        create_task(tx, parse_fields(TaskFields, given | {"assignee_id": None}))

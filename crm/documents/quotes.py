"""Creating, changing and copying quotes: row, lines, number, search and ledger in one transaction."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from crm.activity import activity
from crm.custom_fields.rebuilding import rebuild_custom
from crm.custom_fields.searched_texts import texts_in
from crm.custom_fields.uniqueness import copied_custom
from crm.custom_fields.values import check_changed_custom, check_new_custom, store_custom, without_custom
from crm.db.fulltext import forget_texts
from crm.db.transaction import Transaction
from crm.documents.document_index import documents_of, index_document, texts_of
from crm.documents.fields import QuoteChanges, QuoteFields, given_values
from crm.documents.lines import store_quote_lines
from crm.documents.quote import QUOTE_RECORD, Quote, find_quote, get_quote, quote_facts
from crm.documents.quote_sources import link_deal, with_source
from crm.documents.validation import changed_values, new_values, totals_in
from crm.errors import Conflict
from crm.money import as_stored
from crm.numbers.issuing import assign_number, next_number
from crm.records.keys import sort_key
from crm.records.recording import record_change
from crm.records.skeleton import moved_facts, refuse_stale
from crm.records.tags import set_tags

SEARCH = "quotes_search"
OWN = frozenset({"tags", "owner_id", "after_acceptance"})
"""What the customer does not see of a quote, as custom fields: no revision begins with it."""
Facts = Mapping[str, Any]


def create_quote(tx: Transaction, fields: QuoteFields, *, complete: bool = False) -> Quote:
    """Raises Invalid, and Conflict for a deal that has no lines; then it uses no number. Where `complete`,
    each custom field that is required must be given.
    """
    values = check_new_custom(tx, "quote", with_source(tx, fields), complete=complete)
    return _create(tx, new_values(tx, values), deal_id=fields.deal_id)


def copy_quote(tx: Transaction, quote_id: int) -> Quote:
    """A new draft with the same content, for the same client. Raises NotFound and Invalid."""
    old = get_quote(tx, quote_id)
    held = quote_facts(old)
    facts = without_custom(held) | {"valid_until": None, "owner_id": tx.actor.user_id or old.owner_id}
    return _create(tx, facts | copied_custom(tx, "quote", held), came_from=old.quote_number)


def _create(
    tx: Transaction, facts: Facts, *, came_from: str | None = None, deal_id: int | None = None
) -> Quote:
    columns = _columns(facts)
    number = next_number(tx, "quote")
    quote_id = tx.insert(
        """
        INSERT INTO quotes (workspace_id, quote_number, number_key, title, title_key, client_id, lead_id,
                            owner_id, state, currency, language, valid_until, prices_include_tax, header,
                            footer, discount, discount_minor, after_acceptance, total_minor, net_minor,
                            tax_minor, client_key, sought, joined, created_at, updated_at)
        VALUES (:workspace_id, :number, :number_key, :title, :title_key, :client_id, :lead_id,
                :owner_id, 'draft', :currency, :language, :valid_until, :prices_include_tax, :header,
                :footer, :discount, :discount_minor, :after_acceptance, :total_minor, :net_minor,
                :tax_minor, '', '', '', :now, :now)
        RETURNING id
        """,
        number=number,
        number_key=sort_key(number),
        **columns,
    )
    assign_number(tx, "quote", number, "quote", quote_id)
    store_quote_lines(tx, quote_id, facts["lines"])
    set_tags(tx, "quote", quote_id, facts["tags"])
    store_custom(tx, "quote", quote_id, facts)
    if deal_id is not None:
        link_deal(tx, quote_id, deal_id)
    quote = get_quote(tx, quote_id)
    index_quote(tx, quote)
    facts = quote_facts(quote) | moved_facts(QUOTE_RECORD, quote)
    after = {name: value for name, value in facts.items() if value not in (None, [], 0, False)}
    copied = {} if came_from is None else {"copied_from": came_from}
    activity.record(tx, "quote.created", "quote", quote_id, after=after | copied)
    return quote


def change_quote(
    tx: Transaction, quote_id: int, changes: QuoteChanges, *, expected_version: int | None = None
) -> Quote:
    """Write the given values that differ; if none does, nothing is written.

    A quote that was sent or declined becomes a draft again: its next revision. Raises NotFound, Stale,
    Invalid, and Conflict for an accepted quote.
    """
    old = get_quote(tx, quote_id)
    refuse_stale(QUOTE_RECORD, old, expected_version)
    held = quote_facts(old)
    given = check_changed_custom(tx, "quote", quote_id, old.custom, given_values(changes), whole=False)
    _, after = activity.changes(held, changed_values(tx, held, given))
    if not after:
        return old
    seen = without_custom(after).keys() - OWN
    if old.state == "accepted" and seen:
        raise Conflict("An accepted quote cannot be changed. Copy it to make another one.")
    facts = held | after
    _update(tx, old, facts, next_revision=bool(seen) and old.state != "draft")
    if "lines" in after:
        store_quote_lines(tx, quote_id, facts["lines"])
    if "tags" in after:
        set_tags(tx, "quote", quote_id, facts["tags"])
    store_custom(tx, "quote", quote_id, after)
    quote = get_quote(tx, quote_id)
    index_quote(tx, quote)
    record_change(tx, "quote.changed", QUOTE_RECORD, (old, quote), facts=quote_facts)
    return quote


def _update(tx: Transaction, old: Quote, facts: Facts, *, next_revision: bool) -> None:
    tx.run(
        """
        UPDATE quotes
           SET title = :title, title_key = :title_key, client_id = :client_id, lead_id = :lead_id,
               owner_id = :owner_id, currency = :currency, language = :language, valid_until = :valid_until,
               prices_include_tax = :prices_include_tax, header = :header, footer = :footer,
               discount = :discount, discount_minor = :discount_minor, total_minor = :total_minor,
               net_minor = :net_minor, tax_minor = :tax_minor, after_acceptance = :after_acceptance,
               state = CASE WHEN :next_revision = 1 THEN 'draft' ELSE state END,
               revision = revision + :next_revision,
               answered_at = CASE WHEN :next_revision = 1 THEN NULL ELSE answered_at END,
               answered_by = CASE WHEN :next_revision = 1 THEN NULL ELSE answered_by END,
               answer = CASE WHEN :next_revision = 1 THEN NULL ELSE answer END,
               version = version + 1, updated_at = :now
         WHERE workspace_id = :workspace_id
           AND id = :quote_id
        """,
        quote_id=old.id,
        next_revision=int(next_revision),
        **_columns(facts),
    )


def store_sums(tx: Transaction, quote_id: int, facts: Facts) -> None:
    """Of the lines as they are now. Raises Invalid."""
    totals = totals_in(facts)
    tx.run(
        """
        UPDATE quotes
           SET total_minor = :total, net_minor = :net, tax_minor = :tax
         WHERE workspace_id = :workspace_id
           AND id = :quote_id
        """,
        quote_id=quote_id,
        total=_stored(totals.total),
        net=_stored(totals.total_net),
        tax=_stored(totals.total_tax),
    )


def _columns(facts: Facts) -> dict[str, Any]:
    """The columns of the row that the facts make; numbers as they are stored. Raises Invalid."""
    totals = totals_in(facts)
    apart = {"lines", "tags", "discount_amount"}
    own = {name: value for name, value in without_custom(facts).items() if name not in apart}
    return own | {
        "title_key": sort_key(facts["title"] or ""),
        "prices_include_tax": int(facts["prices_include_tax"]),
        "discount": _stored(facts["discount"]),
        "discount_minor": _stored(facts["discount_amount"]),
        "total_minor": _stored(totals.total),
        "net_minor": _stored(totals.total_net),
        "tax_minor": _stored(totals.total_tax),
    }


def _stored(number: object) -> int:
    return as_stored(Decimal(str(number)))


def index_quote(tx: Transaction, quote: Quote) -> None:
    texts = texts_of(quote, quote.quote_number, texts_in(tx, "quote", quote_facts(quote)))
    tx.run(
        """
        UPDATE quotes
           SET client_key = :client_key, sought = :sought, joined = :joined
         WHERE workspace_id = :workspace_id
           AND id = :quote_id
        """,
        quote_id=quote.id,
        **texts,
    )
    index_document(tx, SEARCH, quote, texts)


def index_quotes_of(tx: Transaction, client_id: int) -> None:
    for quote_id in documents_of(tx, "quotes", client_id):
        index_quote(tx, get_quote(tx, quote_id))


def rebuild_quote(tx: Transaction, quote_id: int) -> None:
    """Its forms and its place in the search; the version stays."""
    forget_texts(tx, SEARCH, quote_id)
    quote = find_quote(tx, quote_id)
    if quote is None:
        return
    rebuild_custom(tx, "quote", quote_id, live=quote.deleted_at is None)
    if quote.deleted_at is None:
        index_quote(tx, quote)

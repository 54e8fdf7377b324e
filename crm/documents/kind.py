"""The kinds of the documents room: quotes."""

from functools import partial

from crm.clients.phones import parse_phone
from crm.custom_fields.values import with_custom
from crm.documents.demo import begin_quotes
from crm.documents.erasing import ERASING
from crm.documents.fields import QuoteChanges, QuoteFields
from crm.documents.filter_fields import quote_filter_fields
from crm.documents.filters import SORTS, QuoteFilter
from crm.documents.listing import count_quotes, list_quotes, suggest_quotes
from crm.documents.quote import QUOTE_RECORD, QuoteInList, find_quote, get_quote, quote_facts
from crm.documents.quotes import SEARCH, change_quote, create_quote, index_quotes_of, rebuild_quote
from crm.documents.rows import ROWS
from crm.documents.trash import delete_quote, restore_quote
from crm.records.bulk import Bulk
from crm.records.kind import (
    Customized,
    Examples,
    Export,
    Kind,
    Listing,
    Lookup,
    Pointer,
    Search,
    Trash,
    changes_by,
    exported,
    not_undone,
    usual_actions,
)

OWN_TABLES = ("quotes", "quote_lines", "quote_revisions", "quote_links", "quote_mails", "quote_deals")

QUOTE = Kind(
    name="quote",
    table="quotes",
    known_by="quote_number",
    numbered=("quote", "quote_number"),
    area="quotes",
    modules=("quotes",),
    permissions={"read": "everyone", "write": "workers", "delete": "workers", "export": "allowed"},
    rows={name: ROWS[name] for name in OWN_TABLES},
    examples=Examples(usual=40, least=0, begin=begin_quotes),
    erasing=ERASING,
    actions=usual_actions("quote")
    | exported("quote")
    | not_undone(
        "what was sent stays sent", "quote.sent", "quote.mailed", "quote.mail_failed", "quote.messaged"
    )
    | not_undone("a new link is made on the quote's page", "quote.link_revoked")
    | not_undone("it is the customer's answer", "quote.accepted", "quote.declined"),
    fields=QuoteFields,
    lookup=Lookup(QUOTE_RECORD, get_quote, find_quote),
    links={
        "client_id": "client",
        "lead_id": "lead",
        "owner_id": "user",
        "deal_id": "deal",
        "template_id": "quote_template",
    },
    pointers=(
        Pointer("client_id", "clients", when_erased="erase"),
        Pointer("lead_id", "leads", when_erased="erase"),
        Pointer("owner_id", "users"),
        Pointer("quote_id", "quotes", of="quote_lines", when_erased="erase"),
        Pointer("quote_id", "quotes", of="quote_revisions", when_erased="erase"),
        Pointer("quote_id", "quotes", of="quote_links", when_erased="erase"),
        Pointer("quote_id", "quotes", of="quote_mails", when_erased="erase"),
        Pointer("quote_id", "quotes", of="quote_deals", when_erased="erase"),
        Pointer("deal_id", "deals", of="quote_deals", when_erased="erase"),
        Pointer("created_by", "users", of="quote_mails"),
        Pointer("product_id", "products", of="quote_lines"),
        Pointer("created_by", "users", of="quote_links"),
    ),
    trash=Trash(delete_quote, restore_quote),
    changes=changes_by(get_quote, quote_facts, change_quote, QuoteChanges, with_custom),
    bulk=Bulk(
        QuoteChanges,
        change_quote,
        new=QuoteFields,
        create=partial(create_quote, complete=True),
        owner="owner_id",
    ),
    customized=Customized(parse_phone),
    listing=Listing(QuoteFilter, SORTS, list_quotes, count_quotes, suggest_quotes),
    filtered=quote_filter_fields,
    export=Export(QuoteInList, QuoteFilter, SORTS, list_quotes, count_quotes),
    search=Search(rebuild_quote, SEARCH, follows={"client": index_quotes_of}, texts=("header", "footer")),
    parts=frozenset({"notes", "tasks", "files", "tags", "issued_numbers"}),
)

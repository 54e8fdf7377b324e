"""Rules for rows of quotes that come from a file or backup."""

from crm.accounts.fields import Country, Language
from crm.documents.company_fields import (
    Bic,
    Colour,
    Iban,
    LegalName,
    Locality,
    Phone,
    PostalCode,
    Registration,
    Street,
    TaxNumber,
    VatId,
)
from crm.documents.company_logo import MOST_KEPT
from crm.documents.fields import LongText, Title
from crm.documents.line_fields import ALL_OF_IT, MOST_LINES, MOST_QUANTITY, LineDetails, LineTitle, Unit
from crm.documents.links import MOST_DAYS
from crm.fields import Email, WebAddress
from crm.money import MOST, UNIT, Currency, as_stored
from crm.numbers.formats import GivenNumber
from crm.records.keys import sort_key
from crm.row_rules import (
    Row,
    RowRules,
    any_text,
    columns,
    content,
    count,
    day,
    digest,
    fits,
    ids,
    json_of,
    matches,
    moments,
    text,
    whole_number,
)

SOUGHT = 20_000
MONEY = whole_number(0, as_stored(MOST))
PERCENT = whole_number(0, ALL_OF_IT * UNIT)
FLAG = whole_number(0, 1)

DOCUMENT = {
    "title": fits(Title),
    "currency": fits(Currency),
    "language": fits(Language),
    "prices_include_tax": FLAG,
    "header": fits(LongText),
    "footer": fits(LongText),
    "discount": PERCENT,
    **dict.fromkeys(("discount_minor", "total_minor", "net_minor"), MONEY),
    **dict.fromkeys(("client_key", "sought", "joined"), any_text(SOUGHT)),
    "custom": json_of(),
}
"""What a quote and an invoice both have."""
MAIL = {
    "recipient": fits(Email),
    "subject": text(200),
    "text": text(10_000),
    "message_id": matches(r"[0-9a-f]{32}", "the id of an e-mail"),
    "attempts": count,
    "reason": text(500),
    "lease": matches(r"[0-9a-f]{16}", "a lease"),
}
"""What an e-mail with any document has."""


def title_key(row: Row) -> str:
    """Neither needs a title."""
    return sort_key(row["title"] or "")


ROWS = {
    "quotes": RowRules(
        columns(
            **DOCUMENT,
            quote_number=fits(GivenNumber),
            number_key=any_text(SOUGHT),
            **ids("client_id", "lead_id", "owner_id"),
            valid_until=day,
            tax_minor=whole_number(-as_stored(MOST), as_stored(MOST)),
            revision=count,
            answered_by=text(200),
            answer=text(2_000),
            **moments("sent_at", "answered_at", "erased_at"),
        ),
        made={"title_key": title_key},
    ),
    "quote_revisions": RowRules(
        columns(**ids("quote_id"), revision=count, content=json_of(), accepted=json_of())
    ),
    "quote_deals": RowRules(columns(**ids("quote_id", "deal_id"))),
    "quote_links": RowRules(
        columns(
            **ids("quote_id", "created_by"),
            revision=count,
            token_hash=digest,
            seen_count=count,
            **moments("expires_at", "revoked_at", "seen_at", "last_seen_at"),
        )
    ),
    "quote_lines": RowRules(
        columns(
            **ids("quote_id", "product_id"),
            place=whole_number(0, MOST_LINES),
            title=fits(LineTitle),
            details=fits(LineDetails),
            quantity=whole_number(-MOST_QUANTITY * UNIT, MOST_QUANTITY * UNIT),
            unit=fits(Unit),
            **dict.fromkeys(("unit_price_minor", "discount_minor"), MONEY),
            **dict.fromkeys(("tax_rate", "discount"), PERCENT),
            **dict.fromkeys(("is_optional", "is_alternative", "is_chosen"), FLAG),
        )
    ),
    "quote_mails": RowRules(
        columns(
            **ids("quote_id", "created_by"),
            revision=count,
            days=whole_number(1, MOST_DAYS),
            **MAIL,
            **moments("due_at", "sent_at"),
        )
    ),
    "company_profiles": RowRules(
        columns(
            legal_name=fits(LegalName),
            street=fits(Street),
            postal_code=fits(PostalCode),
            city=fits(Locality),
            region=fits(Locality),
            country=fits(Country),
            email=fits(Email),
            phone=fits(Phone),
            website=fits(WebAddress),
            tax_number=fits(TaxNumber),
            vat_id=fits(VatId),
            registration=fits(Registration),
            iban=fits(Iban),
            bic=fits(Bic),
            colour=fits(Colour),
            standard_rate=PERCENT,
            reduced_rate=PERCENT,
            logo=digest,
        )
    ),
    "company_logos": RowRules(columns(digest=digest, content=content(MOST_KEPT))),
}

"""Rules for rows of clients that come from a file or backup."""

from typing import get_args

from crm.clients.consent_fields import CHANNELS, PURPOSES, ConsentNote, Source, topic_of
from crm.clients.fields import (
    MOST_POINTS,
    Address,
    Birthday,
    ClientName,
    DocumentCurrency,
    DocumentLanguage,
    JobTitle,
    Label,
    Notes,
    OptionalCountry,
    OptionalWebsite,
)
from crm.clients.keys import client_keys
from crm.clients.merge_facts import SetAside, StoredFacts
from crm.fields import Email, ShortLine
from crm.records.keys import email_key, place_key, sort_key
from crm.row_rules import (
    RowRules,
    any_text,
    columns,
    count,
    fits,
    ids,
    json_of,
    key_of,
    matches,
    moment,
    one_of,
    record_id,
    whole_number,
)

TAG = 200
PHONE = matches(r"\+[0-9]{4,20}", "a phone number such as +4930123456")
EMAIL = fits(Email)


ROWS = {
    "clients": RowRules(
        columns(
            name=fits(ClientName),
            email=EMAIL,
            phone=PHONE,
            email_label=fits(Label),
            phone_label=fits(Label),
            job_title=fits(JobTitle),
            birthday=fits(Birthday),
            company_role=fits(JobTitle),
            address_label=fits(Label),
            postal_code=fits(ShortLine),
            region=fits(ShortLine),
            **ids("company_id", "owner_id", "picture_id"),
            website=fits(OptionalWebsite),
            address=fits(Address),
            city=fits(ShortLine),
            country=fits(OptionalCountry),
            source=fits(ShortLine),
            notes=fits(Notes),
            language=fits(DocumentLanguage),
            currency=fits(DocumentCurrency),
            custom=json_of(),
            first_tag=any_text(TAG),
            erased_at=moment,
        ),
        made={
            "name_key": key_of("name", sort_key),
            "email_key": key_of("email", email_key),
            "city_key": key_of("city", place_key),
            "source_key": key_of("source", place_key),
            "sought": lambda row: client_keys(row)["sought"] if row["name"] is not None else None,
            "joined": lambda row: client_keys(row)["joined"] if row["name"] is not None else None,
        },
    ),
    "client_contact_points": RowRules(
        columns(
            client_id=record_id,
            place=whole_number(1, MOST_POINTS),
            value=lambda value: (PHONE if value.startswith("+") else EMAIL)(value),
            label=fits(Label),
        )
    ),
    "client_companies": RowRules(
        columns(
            **ids("client_id", "company_id"),
            place=count,
            role=fits(JobTitle),
        )
    ),
    "client_merges": RowRules(
        columns(
            **ids("winner_id", "loser_id"),
            before=json_of(StoredFacts),
            after=json_of(StoredFacts),
            aside=json_of(SetAside),
            undone_at=moment,
        )
    ),
    "client_pairs": RowRules(
        columns(**ids("first_id", "second_id"), score=whole_number(0, 100), reasons=json_of(list[str], list))
    ),
    "client_consents": RowRules(
        columns(
            **ids("client_id", "actor_id"),
            channel=one_of(*CHANNELS),
            purpose=one_of(*PURPOSES),
            source=one_of(*get_args(Source)),
            note=fits(ConsentNote),
            at=moment,
        ),
        made={"topic": lambda row: topic_of(row["channel"], row["purpose"])},
    ),
    "client_merge_moves": RowRules(
        columns(
            merge_id=record_id,
            place=matches(r"[a-z_]{1,60}\.[a-z_]{1,60}", "a column of a table"),
            moved_row=record_id,
        )
    ),
    "client_addresses": RowRules(
        columns(
            client_id=record_id,
            place=whole_number(1, MOST_POINTS),
            label=fits(Label),
            street=fits(Address),
            postal_code=fits(ShortLine),
            city=fits(ShortLine),
            region=fits(ShortLine),
            country=fits(OptionalCountry),
        )
    ),
}

"""The form of a client: fields, and the duplicate warning."""

from collections.abc import Mapping
from typing import Any

from flask import request

from crm.accounts.workspaces import get_workspace
from crm.clients.client import Client
from crm.clients.fields import NewClient, PatchedClient
from crm.clients.kind import CLIENT
from crm.clients.new_companies import change_client_of, create_client_of
from crm.db.transaction import Transaction
from crm.errors import Conflict, CrmError, Invalid
from crm.fields import whole_number
from crm.records.names import name_records
from crm.records.tags import list_tags
from crm.web.records.entries import NUMBER, TEXT, WORDS, Texts, given_values
from crm.web.records.form import Creation, RecordForm, form_blueprint
from crm.web.records.row_lists import RowList, rows_shown
from crm.web.requests.forms import errors_of
from crm.web.requests.picking import refuse_search
from crm.web.requests.reading import read
from crm.web.sessions.identity import identity
from crm.web.words.choices import currency_choices, user_choices
from crm.web.words.contact_labels import ADDRESS_LABELS, LABELS
from crm.web.words.countries import countries
from crm.web.words.languages import document_language_choices

EMAILS = RowList("emails", ("email", "label"), {"email": "email"})
PHONES = RowList("phones", ("phone", "label"), {"phone": "phone"})
ADDRESSES = RowList(
    "addresses",
    ("label", "street", "postal_code", "city", "region", "country"),
    {"street": "address", "city": "city", "country": "country"},
)


def _of_company(column: str, text: str) -> Any:
    number = whole_number(text) if column == "company_id" else None
    return number or text or None


COMPANIES = RowList("companies", ("company_id", "role"), {"company_id": "company_id"}, _of_company)
LISTS = (EMAILS, PHONES, COMPANIES, ADDRESSES)
ENTRIES = {
    "kind": TEXT, "name": TEXT, "email": EMAILS.own_entry("email", TEXT), "emails": EMAILS.entry,
    "phone": PHONES.own_entry("phone", TEXT), "phones": PHONES.entry,
    "company_id": COMPANIES.own_entry("company_id", NUMBER), "companies": COMPANIES.entry,
    "job_title": TEXT, "birthday": TEXT, "website": TEXT,
    "address": ADDRESSES.own_entry("street", TEXT), "addresses": ADDRESSES.entry,
    "city": ADDRESSES.own_entry("city", TEXT), "country": ADDRESSES.own_entry("country", TEXT),
    "status": TEXT, "source": TEXT, "owner_id": NUMBER,
    "tags": WORDS, "notes": TEXT, "language": TEXT, "currency": TEXT,
}  # fmt: skip
# What a new client is asked for at first; the rest waits under "More fields", some with a usual value.
FIRST = {"kind", "name", "email", "phone", "company_id"}
USUAL = {"status", "owner_id", *(each.name for each in LISTS)}
# What another page knows already, as of a contact that a customer sent.
PREFILLED = ("company_id", "name", "phone", "email")


def _create(tx: Transaction, fields: NewClient) -> Client:
    return create_client_of(tx, fields, _new_company(), _new_role())


def _change(tx: Transaction, client_id: int, fields: PatchedClient, *, expected_version: int) -> Client:
    company, role = _new_company(), _new_role()
    return change_client_of(tx, client_id, fields, company, role, expected_version=expected_version)


def _given(names: set[str]) -> dict[str, Any]:
    """A list says all of it, its main row too."""
    given = given_values(ENTRIES, names)
    for each in LISTS:
        if each.name not in given:
            continue
        for name in [each.name] if each.typed() is None else each.own.values():
            given.pop(name, None)
    refuse_search(*(_row_picker(place) for place in range(1, len(COMPANIES.typed() or ()))))
    if _new_company() and "companies" in given:
        given["companies"] = [row for row in given["companies"] if row["company_id"] is not None]
    return given


def _row_picker(place: int) -> str:
    return f"companies-{place}-company_id"


def _other_rows() -> bool:
    """Whether a button of a list of rows was pressed."""
    looked_for = request.form.get("find", "").startswith("companies-")
    return looked_for or "more" in request.form or "fewer" in request.form


def _new_company() -> str:
    """The name of a company to be made with the client."""
    return request.form.get("new_company", "").strip()


def _new_role() -> str | None:
    """That at the company to be made."""
    return request.form.get("companies-0-role", "").strip() or None


def _options(client: Client | None, values: Texts, error: CrmError | None) -> Mapping[str, Any]:
    company_id = whole_number(values.get("company_id", ""))
    rows = {each.name: rows_shown(each, values, error) for each in LISTS}
    others = (whole_number(row.values["company_id"]) for row in rows["companies"][1:])
    asked = [each for each in (company_id, *others) if each is not None]
    first = {f"{each.name}.0.{name}": name for each in LISTS for name in each.own}
    errors = errors_of(error.renamed(first) if isinstance(error, Invalid) else error) if error else {}
    options = read(_read_options, asked, client)
    return {
        "company_name": options["names"].get(company_id, ""),
        "new_company": _new_company(),
        "errors": errors,
        "rows": rows,
        "labels_known": LABELS,
        "address_labels": ADDRESS_LABELS,
        "opened": client is not None or bool(errors.keys() - FIRST) or _goes_further(values),
        "duplicates": error.extra.get("candidates", []) if isinstance(error, Conflict) else [],
        "countries": countries(),
        **options,
    }


def _goes_further(values: Texts) -> bool:
    """Whether something is filled in under "More fields": it must not vanish when a save is refused."""
    rows = any(each.says_more(values.get(each.name, "")) for each in LISTS)
    return rows or _other_rows() or any(values.get(name) for name in ENTRIES if name not in FIRST | USUAL)


def _read_options(tx: Transaction, company_ids: list[int], client: Client | None) -> dict[str, Any]:
    workspace = get_workspace(tx)
    return {
        "owners": user_choices(tx, client.owner_id if client else None),
        "tags": [tag.name for tag in list_tags(tx, "client")],
        "names": name_records(tx, CLIENT, company_ids),
        "home_country": workspace.country,
        "languages": document_language_choices(workspace.language, (client and client.language) or ""),
        "currencies": currency_choices((client and client.currency) or ""),
    }


blueprint = form_blueprint(
    RecordForm(
        kind=CLIENT,
        entries=ENTRIES,
        template="clients/form.html",
        model=PatchedClient,
        change=_change,
        given=_given,
        goes_on=_other_rows,
        options=_options,
        pickers={"company_id": "new_company"},
        more=lambda: {"allow_duplicate": request.form.get("allow_duplicate") == "1"},
        creation=Creation(
            model=NewClient,
            create=_create,
            asked=PREFILLED,
            usual=lambda: {"owner_id": str(identity().user_id)},
        ),
    )
)

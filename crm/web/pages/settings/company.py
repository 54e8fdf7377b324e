"""Settings → Company: who issues the documents of the workspace, with logo and colour."""

from collections.abc import Mapping
from dataclasses import asdict

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.db.transaction import Transaction
from crm.documents.company import Company, change_company, get_company
from crm.documents.company_fields import CompanyChanges
from crm.documents.company_logo import drawn_logo, read_logo, remove_logo, set_logo
from crm.documents.tax_rates import usual_rates
from crm.errors import CrmError, Invalid, Stale, TooLarge, WrongType
from crm.fields import parse_fields
from crm.web.auth import accepts_upload, permit
from crm.web.errors import status_of
from crm.web.i18n import worded
from crm.web.kinds.company_profile import AFTER_ACCEPTANCE
from crm.web.records.entries import (
    OPTIONAL,
    TEXT,
    TICK,
    Entry,
    base_of,
    changed_entries,
    given_values,
    texts_of,
)
from crm.web.requests.amounts import amount_text, plain_number
from crm.web.requests.forms import form_version, refusal, typed
from crm.web.requests.reading import read, write
from crm.web.requests.uploads import given_file
from crm.web.responses.documents import send_logo
from crm.web.responses.stale_saves import show_stale
from crm.web.responses.toasts import complain, say
from crm.web.words.countries import countries
from crm.web.words.fields import label_of, sentence_of
from crm.web.words.formats import reader_formats

blueprint = Blueprint("company", __name__, url_prefix="/settings/company")

PARTS = (
    "legal_name", "street", "postal_code", "city", "region", "email", "phone", "website", "tax_number",
    "vat_id", "registration", "iban", "bic", "colour",
)  # fmt: skip
RATES = ("standard_rate", "reduced_rate")


def _percent(name: str) -> str | None:
    typed_text = typed(name).removesuffix("%").strip()
    return plain_number(typed_text, 4, reader_formats().decimal) if typed_text else None


RATE = Entry(text=lambda value: "" if value is None else amount_text(value), value=_percent)
ENTRIES = {
    **dict.fromkeys(PARTS, OPTIONAL),
    "country": TEXT,
    "after_acceptance": TEXT,
    "small_business": TICK,
    **dict.fromkeys(RATES, RATE),
}


@blueprint.get("")
@permit("company.manage")
def show() -> str:
    company = read(get_company)
    return _render(company, _texts_of(company))


@blueprint.post("")
@permit("company.manage")
def save() -> ResponseReturnValue:
    held = read(get_company)
    given = given_values(ENTRIES, changed_entries(ENTRIES, _texts_of(held)))
    try:
        write(change_company, parse_fields(CompanyChanges, given), expected_version=form_version())
    except Stale:
        return _show_both(read(get_company))
    except Invalid as error:
        return _render(held, request.form, error), status_of(error)
    say(_("Saved"))
    return redirect(url_for("company.show"), 303)


@blueprint.get("/logo")
@permit("company.read")
def show_logo() -> ResponseReturnValue:
    return send_logo(read(_logo))


@blueprint.post("/logo")
@permit("company.manage")
@accepts_upload
def save_logo() -> ResponseReturnValue:
    try:
        file = given_file()
        drawn = drawn_logo(file.filename or "", file.stream)
        write(set_logo, drawn, expected_version=form_version())
    except (WrongType, TooLarge, Invalid, Stale) as error:
        complain(sentence_of(error))
    else:
        say(_("Logo changed."))
    return redirect(url_for("company.show"), 303)


@blueprint.post("/logo/remove")
@permit("company.manage")
def drop_logo() -> ResponseReturnValue:
    try:
        write(remove_logo, expected_version=form_version())
    except Stale as error:
        complain(worded(error.message))
    else:
        say(_("Logo removed."))
    return redirect(url_for("company.show"), 303)


def _logo(tx: Transaction) -> bytes:
    return read_logo(tx, get_company(tx).logo)


def _texts_of(company: Company) -> dict[str, str]:
    return texts_of(ENTRIES, asdict(company))


def _render(company: Company, values: Mapping[str, str], error: CrmError | None = None) -> str:
    return render_template(
        "settings/company.html",
        company=company,
        values=values,
        version=request.form.get("version", company.version) if error else company.version,
        base=base_of(_texts_of(company)),
        labels={name: label_of(name) for name in ENTRIES},
        after_acceptance=list(AFTER_ACCEPTANCE.items()),
        usual=usual_rates(company.country),
        missing=[label_of(name) for name in company.missing],
        countries=countries(),
        **refusal(error),
    )


def _show_both(company: Company) -> ResponseReturnValue:
    here = url_for("company.show")
    return show_stale(
        ENTRIES,
        _texts_of(company),
        name=_("Company"),
        version=company.version,
        action=here,
        back=here,
        trail=[],
    )

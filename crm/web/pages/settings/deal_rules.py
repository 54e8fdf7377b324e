"""Settings: the rules of tax and annual rate that scenarios of deals follow where they say none."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.workspaces import get_workspace
from crm.deals.deal_fields import DealRules
from crm.deals.rules import KeptRules, change_rules, get_rules
from crm.deals.terms import RATE_PLACES
from crm.documents.margin_scheme import margin_sentence
from crm.errors import CrmError, Invalid, Stale
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.requests.amounts import amount_text, plain_number
from crm.web.requests.forms import form_version, refusal, typed
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import say
from crm.web.words.formats import reader_formats

blueprint = Blueprint("deal_rules", __name__, url_prefix="/settings/deals")


@blueprint.get("")
@permit("deals.manage")
def show() -> str:
    rules = read(get_rules)
    return _render(_texts_of(rules), rules.version)


@blueprint.post("")
@permit("deals.manage")
def save() -> ResponseReturnValue:
    rate = plain_number(typed("tax_rate").removesuffix("%"), RATE_PLACES, reader_formats().decimal)
    given = {"tax_base": typed("tax_base"), "tax_rate": rate, "rate_method": typed("rate_method") or None}
    try:
        write(change_rules, parse_fields(DealRules, given), expected_version=form_version())
    except Stale as error:
        rules = read(get_rules)
        return _render(_texts_of(rules), rules.version, error), status_of(error)
    except Invalid as error:
        return _render(request.form, form_version(), error), status_of(error)
    say(_("Saved"))
    return redirect(url_for("deal_rules.show"), 303)


def _texts_of(rules: KeptRules) -> dict[str, str]:
    return {
        "tax_base": rules.tax_base,
        "tax_rate": amount_text(rules.tax_rate),
        "rate_method": rules.rate_method or "",
    }


def _render(values: Mapping[str, str], version: int, error: CrmError | None = None) -> str:
    return render_template(
        "settings/deal_rules.html",
        values=values,
        version=version,
        sentence=margin_sentence(read(get_workspace).language),
        **refusal(error),
    )

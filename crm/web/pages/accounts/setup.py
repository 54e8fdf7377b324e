"""The set-up page of a new server."""

from collections.abc import Mapping

from babel import Locale, UnknownLocaleError
from babel.numbers import get_territory_currencies
from flask import Blueprint, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.fields import SetupRequest, countries, timezones
from crm.accounts.setup import claim_server, is_set_up
from crm.appliance.furnishing import furnish_workspace
from crm.db.actor import SYSTEM
from crm.errors import Conflict, CrmError, Invalid, TooMany
from crm.fields import parse_fields
from crm.money import currency_places
from crm.web.auth import public
from crm.web.errors import status_of
from crm.web.requests.forms import refusal
from crm.web.sessions.identity import database, settings
from crm.web.sessions.login_cookies import admitted, forget_visitor, keep_login, place_of_request
from crm.web.words.choices import currency_choices
from crm.web.words.countries import countries as country_names

blueprint = Blueprint("setup", __name__, url_prefix="/setup")

TEXTS = ("code", "workspace", "name", "email", "password", "country", "currency", "timezone", "public_url")


@blueprint.get("")
@public
def show_setup() -> ResponseReturnValue:
    if database().read(is_set_up, SYSTEM):
        return redirect(url_for("login.show_login"))
    return _render(_proposed())


@blueprint.post("")
@public
def set_up() -> ResponseReturnValue:
    """Make the workspace, and log its owner in."""
    address = place_of_request().address
    try:
        fields = parse_fields(SetupRequest, _given())
        owner = claim_server(database(), settings(), fields, address, g.request_id, furnish=furnish_workspace)
    except (Invalid, Conflict, TooMany) as error:
        return _render(request.form, error), status_of(error)
    entered = admitted(owner)
    forget_visitor()
    response = make_response(redirect(url_for("home.show_home"), 303))
    keep_login(response, entered)
    return response


def _given() -> dict[str, object]:
    given: dict[str, object] = {name: request.form[name] for name in TEXTS if name in request.form}
    if given.get("timezone") not in timezones():
        given["timezone"] = "UTC"
    return given


def _proposed() -> dict[str, str]:
    """Country and currency as the browser's languages suggest."""
    country = next(filter(None, map(_country_of, request.accept_languages.values())), "US")
    tender = [code for code in get_territory_currencies(country) if code in currency_places()]
    return {"country": country, "currency": tender[-1] if tender else "USD"}


def _country_of(tag: str) -> str:
    """`de-AT` speaks of AT; `de` alone says nothing."""
    try:
        found = Locale.parse(tag, sep="-").territory or ""
    except (ValueError, UnknownLocaleError):
        return ""
    return found if found in countries() else ""


def _render(values: Mapping[str, str], error: CrmError | None = None) -> str:
    return render_template(
        "accounts/setup.html",
        values=values,
        **refusal(error),
        fixed_url=settings().public_url,
        countries=country_names(),
        currencies=currency_choices(),
    )

"""Settings: public links to the vehicles for sale, and what people agree to who inquire."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.accounts.credentials import new_secret
from crm.accounts.workspaces import get_workspace
from crm.catalogue.page_words import usual_consent
from crm.catalogue.stock_links import (
    StockLinkFields,
    list_stock_links,
    revoke_stock_link,
    share_stock,
)
from crm.documents.company import get_company
from crm.errors import Conflict, CrmError, Invalid
from crm.fields import parse_fields
from crm.web.auth import permit
from crm.web.errors import status_of
from crm.web.requests.forms import refusal
from crm.web.requests.public_address import public_link, public_url
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import say

blueprint = Blueprint("stock", __name__, url_prefix="/settings/stock")


@blueprint.get("")
@permit("vehicles.share")
def show_links() -> str:
    return _render(_usual())


@blueprint.post("")
@permit("vehicles.share")
def create() -> ResponseReturnValue:
    """Shown in the answer itself, as a redirect would have to keep the secret somewhere."""
    secret = new_secret()
    given = {name: request.form.get(name, "") for name in ("name", "consent_text")}
    try:
        write(share_stock, parse_fields(StockLinkFields, given), secret)
    except (Invalid, Conflict) as error:
        return _render(request.form, error), status_of(error)
    address = public_link("shared_stock.show", token=secret) or url_for("shared_stock.show", token=secret)
    return _render(_usual(), address=address), 201


@blueprint.post("/<id:link_id>/revoke")
@permit("vehicles.share")
def revoke(link_id: int) -> ResponseReturnValue:
    write(revoke_stock_link, link_id)
    say(_("Link revoked."))
    return redirect(url_for("stock.show_links"), 303)


def _lacking() -> list[tuple[str, str]]:
    """What the feeds of Google and Meta still need, each with the page where it is entered."""
    company = read(get_company)
    place = company.street and company.city
    needed = (
        (
            public_url(),
            _("The address of this server: without it there are no feeds"),
            "settings.show_workspace",
        ),
        (place, _("The address of your company: Meta asks for it"), "company.show"),
    )
    return [(said, url_for(endpoint)) for known, said, endpoint in needed if not known]


def _usual() -> dict[str, str]:
    """In the language of the page."""
    return {"name": "", "consent_text": usual_consent(read(get_workspace).language)}


def _render(values: Mapping[str, str], error: CrmError | None = None, address: str = "") -> str:
    return render_template(
        "settings/stock.html",
        links=read(list_stock_links),
        values=values,
        address=address,
        lacking=_lacking(),
        **refusal(error),
    )

"""Clients that are probably one: pairs to merge, or to tell apart."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, lazy_gettext
from flask_babel import gettext as _

from crm.clients.client_pairs import MOST_COUNTED, ClientPair, count_pairs, list_pairs, tell_apart
from crm.clients.duplicate_scan import is_looking
from crm.db.keyset import DEFAULT_LIMIT, Page
from crm.db.transaction import Transaction
from crm.web.auth import permit
from crm.web.requests.reading import read, write
from crm.web.responses.toasts import say

blueprint = Blueprint("client_duplicates", __name__, url_prefix="/clients/duplicates")

REASONS: Mapping[str, LazyString] = {
    "email": lazy_gettext("Same e-mail address"),
    "phone": lazy_gettext("Same phone number"),
    "domain": lazy_gettext("Same domain"),
    "name": lazy_gettext("Same name"),
    "similar_name": lazy_gettext("Similar name"),
    "city": lazy_gettext("Same city"),
    "company": lazy_gettext("Same company"),
}


@blueprint.get("")
@permit("clients.merge")
def list_all() -> str:
    pairs, count, looking = read(_read_page, request.args.get("cursor"))
    values = {"pairs": pairs, "count": min(count, MOST_COUNTED), "more": count > MOST_COUNTED}
    return render_template("clients/duplicates.html", **values, looking=looking, reasons=REASONS)


@blueprint.post("/<id:pair_id>/not-same")
@permit("clients.merge")
def not_same(pair_id: int) -> ResponseReturnValue:
    write(tell_apart, pair_id)
    say(_("They are not proposed again."))
    return redirect(url_for("client_duplicates.list_all"), 303)


def _read_page(tx: Transaction, cursor: str | None) -> tuple[Page[ClientPair], int, bool]:
    return list_pairs(tx, limit=DEFAULT_LIMIT, cursor=cursor), count_pairs(tx), is_looking(tx)

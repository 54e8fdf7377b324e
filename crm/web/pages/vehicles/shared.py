"""The stock as anybody sees it by a secret link: page, JSON, feeds for Google and Meta, and inquiries."""

from dataclasses import asdict
from typing import Any, Literal
from urllib.parse import quote

from flask import Blueprint, Response, g, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.workspaces import Workspace
from crm.attribution.marks import read_marks
from crm.catalogue.feeds import Addresses, google_feed, meta_feed
from crm.catalogue.inquiries import Inquiry, inquire
from crm.catalogue.page_words import stock_page_words
from crm.catalogue.public_stock import (
    PublicVehicle,
    StockQuery,
    language_of_stock,
    see_picture,
    see_stock,
    see_vehicle,
    stock_pages,
)
from crm.db.actor import SYSTEM, Actor
from crm.documents.company import get_company
from crm.errors import CrmError, Invalid, NotFound, TooMany
from crm.exports.exporting import MEDIA
from crm.fields import parse_fields
from crm.web.auth import public
from crm.web.errors import status_of
from crm.web.requests.forms import refusal
from crm.web.requests.limits import spend_inquiry
from crm.web.responses.downloads import PICTURES, send_content
from crm.web.responses.public_pages import keep_private
from crm.web.sessions.identity import database, settings
from crm.web.words.page_words import spoken

blueprint = Blueprint("shared_stock", __name__, url_prefix="/stock")
blueprint.after_request(keep_private)
JSON = "application/json"
WITHOUT_ADDRESS = (
    "This feed needs the address of this server, as its links are whole. Enter it in Settings, Workspace."
)
MOST_LOOKED_FOR = {"q": 200, "cursor": 500}


@blueprint.get("/<token>")
@public
def show(token: str) -> ResponseReturnValue:
    """As JSON for programs that ask for it."""
    if request.accept_mimetypes.best_match(["text/html", JSON]) == JSON:
        return show_json(token)
    try:
        stock = database().read(see_stock, _system(), token, _wanted())
    except NotFound as error:
        return _closed(error, token)
    with spoken(stock.workspace.language, stock_page_words) as say:
        return render_template(
            "vehicles/public.html",
            _=say,
            workspace_name=stock.workspace.name,
            vehicles=stock.vehicles,
            query=_wanted(),
            token=token,
            marks=read_marks(request.args),
        )


@blueprint.get("/<token>.json")
@public
def show_json(token: str) -> ResponseReturnValue:
    try:
        stock = database().read(see_stock, _system(), token, _wanted())
    except NotFound as error:
        return jsonify({"title": "Not Found", "status": 404, "detail": str(error.message)}), 404
    where = _addresses(token, stock.workspace)
    return jsonify(
        {
            "data": [_facts(each, where) for each in stock.vehicles.rows],
            "page": {"next": stock.vehicles.next},
        }
    )


@blueprint.get("/<token>/<any('google.xml', 'meta.csv'):feed>")
@public
def show_feed(token: str, feed: Literal["google.xml", "meta.csv"]) -> ResponseReturnValue:
    """All vehicles for sale, as Google and Meta read them: with whole addresses, or not at all."""
    try:
        stock = database().read(see_stock, _system(), token, StockQuery())
    except NotFound as error:
        return _closed(error, token)
    if not _reached(stock.workspace):
        return Response(f"{WITHOUT_ADDRESS}\n", 409, content_type="text/plain; charset=utf-8")
    where = _addresses(token, stock.workspace)
    pages = ([asdict(each) for each in rows] for rows in stock_pages(database(), _system(), token))
    write = google_feed if feed == "google.xml" else meta_feed
    parts = write(pages, where, seller=_seller(stock.workspace))
    return Response(parts, content_type=MEDIA["google" if feed == "google.xml" else "meta"])


@blueprint.get("/<token>/vehicles/<path:number>")
@public
def show_vehicle(token: str, number: str) -> ResponseReturnValue:
    return _vehicle_page(token, number)


@blueprint.post("/<token>/vehicles/<path:number>")
@public
def send_inquiry(token: str, number: str) -> ResponseReturnValue:
    """The answer says nothing about who is known here."""
    given = {name: request.form.get(name, "") for name in ("name", "email", "phone", "message", "website")}
    try:
        spend_inquiry()
        fields = parse_fields(Inquiry, {**given, "consent": "consent" in request.form})
        database().write(inquire, _system(), token, number, fields, read_marks(request.form))
    except NotFound as error:
        return _closed(error, token)
    except (Invalid, TooMany) as error:
        return _vehicle_page(token, number, error)
    return redirect(url_for("shared_stock.show_vehicle", token=token, number=number, sent=1), 303)


@blueprint.get("/<token>/pictures/<id:file_id>")
@public
def show_picture(token: str, file_id: int) -> ResponseReturnValue:
    size = 480 if request.args.get("thumbnail") else None
    try:
        file, stored_name = database().read(see_picture, _system(), token, file_id)
    except NotFound as error:
        return _closed(error, token)
    if file.media_type not in PICTURES:
        size = None
    return send_content(file, stored_name, thumbnail=size)


def _vehicle_page(token: str, number: str, error: CrmError | None = None) -> ResponseReturnValue:
    try:
        workspace, link, vehicle = database().read(see_vehicle, _system(), token, number)
    except NotFound as missing:
        return _closed(missing, token)
    with spoken(workspace.language, stock_page_words) as say:
        page = render_template(
            "vehicles/public_one.html",
            _=say,
            workspace_name=workspace.name,
            link=link,
            vehicle=vehicle,
            token=token,
            sent="sent" in request.args,
            values=request.form,
            marks=read_marks(request.form or request.args),
            **_said(refusal(error), workspace.language),
        )
    return make_response(page, 200 if error is None else status_of(error))


def _said(refused: dict[str, Any], language: str) -> dict[str, Any]:
    """The usual refusals in the language of the page."""
    words = stock_page_words(language)
    return refused | {"errors": {name: words.get(said, said) for name, said in refused["errors"].items()}}


def _wanted() -> StockQuery:
    """What is too long is not looked for."""
    given = {name: text for name in ("q", "cursor") if (text := request.args.get(name, "").strip())}
    return StockQuery(**{name: text for name, text in given.items() if len(text) <= MOST_LOOKED_FOR[name]})


def _facts(vehicle: PublicVehicle, where: Addresses) -> dict[str, Any]:
    facts = asdict(vehicle)
    pictures = [where.picture(each) for each in facts.pop("picture_ids")]
    return {**facts, "pictures": pictures, "url": where.vehicle(vehicle.stock_number)}


def _addresses(token: str, workspace: Workspace) -> Addresses:
    """Whole ones where it is known how the server is reached; never taken from the request."""
    base, path = _reached(workspace), url_for("shared_stock.show", token=token)
    start = base + path.removeprefix(request.script_root) if base else path
    return Addresses(
        start,
        lambda number: f"{start}/vehicles/{quote(number)}",
        lambda file_id: f"{start}/pictures/{file_id}",
    )


def _reached(workspace: Workspace) -> str | None:
    return settings().public_url or workspace.public_url


def _seller(workspace: Workspace) -> dict[str, Any]:
    company = database().read(get_company, Actor(workspace.id, None, g.request_id))
    return asdict(company) | {"legal_name": company.legal_name or workspace.name}


def _system() -> Actor:
    return Actor(SYSTEM.workspace_id, SYSTEM.user_id, g.request_id)


def _closed(error: NotFound, token: str) -> ResponseReturnValue:
    """Of a link that is unknown nobody knows the language."""
    try:
        language = database().read(language_of_stock, _system(), token)
    except NotFound:
        language = "en"
    with spoken(language, stock_page_words) as say:
        return make_response(render_template("vehicles/public_closed.html", _=say, said=error.message), 404)

"""/api/openapi.json and /api/docs: the description of this API."""

from flask import Blueprint, Response, current_app, render_template, request

from crm.custom_fields.custom_field import CustomFields, custom_fields_of
from crm.db.transaction import Transaction
from crm.records.kinds import kinds_of
from crm.web.auth import public
from crm.web.openapi.contract import contract
from crm.web.requests.reading import read
from crm.web.sessions.identity import current_identity

blueprint = Blueprint("api_docs", __name__, url_prefix="/api")

EXAMPLE = "https://crm.example.org"


@blueprint.get("/openapi.json")
@public
@contract(content=("application/json",))
def show_openapi() -> Response:
    """Describe this API in the OpenAPI format"""
    custom = read(_custom_fields) if current_identity() is not None else {}
    document = current_app.extensions["holdfast.openapi"](request.script_root, custom)
    return Response(document, mimetype="application/json")


def _custom_fields(tx: Transaction) -> dict[str, CustomFields]:
    """By kind of record: for who is logged in, the fields of their workspace."""
    found = {kind: custom_fields_of(tx, kind) for kind in kinds_of(tx).customized}
    return {kind: fields for kind, fields in found.items() if fields.all}


@blueprint.get("/docs")
@public
@contract(content=("text/html",))
def show_docs() -> str:
    """Read about this API and try it in the browser"""
    clients = f"{EXAMPLE}{request.script_root}/api/clients"
    return render_template("docs/openapi.html", clients=clients)

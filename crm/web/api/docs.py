"""/api/openapi.json and /api/docs: the description of this API."""

from flask import Blueprint, Response, current_app, render_template, request

from crm.web.auth import public
from crm.web.openapi.contract import contract

blueprint = Blueprint("api_docs", __name__, url_prefix="/api")

EXAMPLE = "https://crm.example.org"


@blueprint.get("/openapi.json")
@public
@contract(content="application/json")
def show_openapi() -> Response:
    """Describe this API in the OpenAPI format"""
    return Response(
        current_app.extensions["holdfast.openapi"](request.script_root), mimetype="application/json"
    )


@blueprint.get("/docs")
@public
@contract(content="text/html")
def show_docs() -> str:
    """Read about this API and try it in the browser"""
    clients = f"{EXAMPLE}{request.script_root}/api/clients"
    return render_template("docs/openapi.html", clients=clients)

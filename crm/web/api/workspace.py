"""/api/workspace: the user's workspace; /api/setup: the first one of the server."""

from flask import Blueprint, Response, g, url_for

from crm.accounts.fields import SetupRequest, WorkspaceChanges
from crm.accounts.setup import claim_server
from crm.accounts.workspaces import Workspace, change_workspace, get_workspace
from crm.appliance.furnishing import furnish_workspace
from crm.web.auth import permit, public, unguarded
from crm.web.openapi.contract import contract
from crm.web.requests.reading import expected_version, json_body, read, write
from crm.web.responses import answers
from crm.web.sessions.identity import database, settings
from crm.web.sessions.login_cookies import place_of_request

blueprint = Blueprint("api_workspace", __name__, url_prefix="/api")


@blueprint.get("/workspace")
@permit("workspace.read")
@contract(result=Workspace)
def show() -> Response:
    """Show the workspace and its settings"""
    workspace = read(get_workspace)
    return answers.data(workspace, version=workspace.version)


@blueprint.patch("/workspace")
@permit("workspace.manage")
@contract(body=WorkspaceChanges, result=Workspace, refusals=(409, 412))
def change() -> Response:
    """Change the workspace's settings"""
    workspace = write(change_workspace, json_body(WorkspaceChanges), expected_version())
    return answers.data(workspace, version=workspace.version)


@blueprint.post("/setup")
@public
@unguarded
@contract(body=SetupRequest, result=Workspace, status=201, refusals=(409,))
def set_up() -> Response:
    """Create the first workspace and its owner, with the setup code from the terminal"""
    owner = claim_server(
        database(),
        settings(),
        json_body(SetupRequest),
        place_of_request().address,
        g.request_id,
        furnish=furnish_workspace,
    )
    workspace = database().read(get_workspace, owner)
    return answers.created(workspace, url_for("api_workspace.show"), version=workspace.version)

"""Deny by default: each view names its permission or says that it is public, or the app does not start."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, redirect, url_for
from flask.typing import ResponseReturnValue

from crm.accounts.identity import Identity
from crm.accounts.setup import is_set_up
from crm.db.actor import SYSTEM
from crm.errors import Forbidden, NotFound, Sentence
from crm.web.errors import Unauthorized
from crm.web.kinds.known import known_permissions
from crm.web.requests.asking import asks_api
from crm.web.requests.present import current_app, request
from crm.web.sessions.forgery import refuse_forgery
from crm.web.sessions.identity import database, settings

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def permit(permission: str, *, within: str = "") -> Callable[[View], View]:
    """Allow only users whose role and token scope include the permission.

    The view is out of sight where the workspace has switched off the module of the permission's area, or of
    the area `within` which it is.
    """

    def declare(view: View) -> View:
        view.__dict__["permission"] = permission
        view.__dict__["area"] = within or permission.partition(".")[0]
        return view

    return declare


def only_with(setting: str) -> Callable[[View], View]:
    """The view is there for nobody unless the setting is on."""

    def declare(view: View) -> View:
        view.__dict__["only_with"] = setting
        return view

    return declare


def public(view: View) -> View:
    """Allow anybody on the network; bodies must be small."""
    view.__dict__["permission"] = PUBLIC
    view.__dict__.setdefault("takes_little", True)
    return view


def accepts_answers(view: View) -> View:
    """Anybody may send the answers to a long form, in a body as any view for users takes it."""
    view.__dict__["takes_little"] = False
    return view


def accepts_upload(view: View) -> View:
    """A body up to MAX_UPLOAD_MB; every other view takes far less."""
    view.__dict__["accepts_upload"] = True
    return view


def accepts_figures(view: View) -> View:
    """Allow a body as large as 10,000 rows of figures."""
    view.__dict__["accepts_figures"] = True
    return view


def accepts_lines(view: View) -> View:
    """Allow a body as large as the longest document, so that what is too long in it is told by its field."""
    view.__dict__["accepts_lines"] = True
    return view


def accepts_fields(most: int) -> Callable[[View], View]:
    """Allow a form of so many fields, such as one with a row for each line of an invoice."""

    def declare(view: View) -> View:
        view.__dict__["most_fields"] = most
        return accepts_lines(view)

    return declare


def accepts_export(view: View) -> View:
    """Allow a body as large as an exported workspace, which is kept beside the database."""
    view.__dict__["accepts_export"] = True
    return view


def accepts_import(view: View) -> View:
    """Allow a body of up to MAX_IMPORT_MB, which is kept beside the database."""
    view.__dict__["accepts_import"] = True
    return view


def unguarded(view: View) -> View:
    """Needs no CSRF pair, for requests with a signature, or a secret in the JSON body."""
    view.__dict__["unguarded"] = True
    return view


def from_any_site(view: View) -> View:
    """Takes what a page of another site sends, as it does nothing in the name of whoever is logged in."""
    view.__dict__["from_any_site"] = True
    return view


def refuse_undeclared(app: Flask) -> None:
    """Raise for a route that does not say who may use it."""
    undeclared = [
        rule.endpoint for rule in app.url_map.iter_rules() if permission_of(app, rule.endpoint) is None
    ]
    if undeclared:
        raise RuntimeError(f"views without @permit or @public: {', '.join(sorted(set(undeclared)))}")


def permission_of(app: Flask, endpoint: str) -> str | None:
    return getattr(app.view_functions[endpoint], "permission", None)


def authorize(known: Identity | None) -> ResponseReturnValue | None:
    """Before each view: let through only what the asking user may do."""
    endpoint, method = request.endpoint, request.method
    if endpoint is None or method == "OPTIONS":
        return None
    view = current_app.view_functions[endpoint]
    wanted = getattr(view, "only_with", None)
    if wanted is not None and not getattr(settings(), wanted):
        raise NotFound(Sentence("{setting} is not set.", setting=wanted.upper()))
    permission = str(getattr(view, "permission", None))
    if permission != PUBLIC:
        if known is None:
            return _ask_to_log_in()
        if known.switched_off and any(is_off(area, known) for area in _areas(view)):
            raise NotFound("An owner of this workspace has switched off this module.")
        if not known_permissions().allow(known.role, permission, known.scope, known.members_may):
            raise Forbidden("Your role does not allow this.")
    anywhere = getattr(view, "from_any_site", False)
    if method not in SAFE_METHODS and not anywhere and (known is None or known.kind == "session"):
        refuse_forgery(known, guarded=not getattr(view, "unguarded", False))
    return None


def _areas(view: Callable[..., Any]) -> set[str]:
    """That of the permission, and the first part of the address: a file of a deal is a part of the desk."""
    path = str(request.url_rule or "").removeprefix("/api").split("/")
    return {view.__dict__["area"], path[1] if len(path) > 1 else ""}


def is_off(area: str, known: Identity) -> bool:
    """Whether the workspace of the asking user has switched off that area."""
    return bool(known.switched_off) and known_permissions().is_off(area, known.switched_off)


def _ask_to_log_in() -> ResponseReturnValue:
    if asks_api():
        raise Unauthorized
    if not database().read(is_set_up, SYSTEM):
        return redirect(url_for("setup.show_setup"))
    if request.headers.get("HX-Request"):
        return "", 401, {"HX-Redirect": url_for("login.show_login")}
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("login.show_login", next=target))

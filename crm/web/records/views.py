"""Views generated for a kind: they take the id of a record, or nothing."""

from collections.abc import Callable

from flask import Blueprint
from flask.typing import ResponseReturnValue

from crm.records.kind import Kind, Lookup
from crm.web.auth import accepts_fields, accepts_upload, permit


def add_view(
    blueprint: Blueprint,
    rule: str,
    name: str,
    permission: str,
    view: Callable[..., ResponseReturnValue],
    *,
    uploads: bool = False,
    most_fields: int = 0,
) -> None:
    """`rule` begins with its method: "POST /<id:client_id>/delete". The view takes its id, if any, and a form
    of `most_fields` where that is more than any form may have.
    """
    method, _space, path = rule.partition(" ")

    def run(**key: int) -> ResponseReturnValue:
        return view(*key.values())

    guarded = permit(permission)(accepts_upload(run) if uploads else run)
    guarded = accepts_fields(most_fields)(guarded) if most_fields else guarded
    blueprint.add_url_rule(path, name, guarded, methods=[method])


def address_of(kind: Kind) -> str:
    """Where the pages of one record are, as a rule has it: "/clients/<id:client_id>"."""
    return f"/{kind.table}/<id:{kind.name}_id>"


def lookup_of(kind: Kind) -> Lookup:
    """Raises TypeError for a kind whose records are not found one by one."""
    if kind.lookup is None:
        raise TypeError(f"{kind.name} has no lookup")
    return kind.lookup

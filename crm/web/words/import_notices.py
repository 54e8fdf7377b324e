"""Notices of imports for the templates of all pages."""

from flask import Flask, request

from crm.imports.notices import ImportNotice, ended_imports, imports_under_way
from crm.web.navigation import may
from crm.web.requests.reading import read


def install_import_notices(app: Flask) -> None:
    app.jinja_env.globals.update(
        imports_under_way=lambda: read(imports_under_way), import_notices=import_notices
    )


def import_notices() -> list[tuple[ImportNotice, bool]]:
    """Imports of the reader that ended, each with whether this page is its own."""
    if not may("clients.import"):
        return []
    here = (request.view_args or {}).get("import_id")
    return [(each, each.id == here) for each in read(ended_imports)]

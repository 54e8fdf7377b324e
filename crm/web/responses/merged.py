"""The way from a record that was merged into another to that one."""

from typing import Any

import orjson
from flask import Response, request, url_for

from crm.errors import Merged
from crm.web.requests.asking import asks_api


def answer_merged(error: Merged) -> Response | None:
    """308 to the same address of the other record; None where the address does not name the record."""
    named = {name for name, value in (request.view_args or {}).items() if value == error.record_id}
    if request.endpoint is None or not named:
        return None
    place: dict[str, Any] = {**(request.view_args or {}), **dict.fromkeys(named, error.into)}
    asked: dict[str, Any] = request.args.to_dict(flat=False)
    address = url_for(request.endpoint, **{**asked, **place})
    if not asks_api():
        return Response("", 308, {"Location": address}, mimetype="text/html")
    body = orjson.dumps({"data": {"id": error.into, "merged_id": error.record_id}})
    return Response(body, 308, {"Location": address}, mimetype="application/json")

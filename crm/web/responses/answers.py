"""The success shapes of the JSON API."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
from flask import Response

from crm.db.keyset import Page

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from werkzeug.datastructures import Headers

T = TypeVar("T")
JSON = "application/json"


class Answer(Response):
    """A whole body of JSON.

    The framework copies the headers of each answer, to complete and correct what such a one has or never
    needs: its length is set, and it leads nowhere.
    """

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> "Headers":
        return self.headers if self.status_code == 200 else super().get_wsgi_headers(environ)


def data(record: object, *, status: int = 200, version: int | None = None) -> Response:
    """`{"data": record}`; with a version, that is its ETag."""
    response = Answer(orjson.dumps({"data": record}), status, content_type=JSON)
    if version is not None:
        response.headers["ETag"] = f'"{version}"'
    return response


def created(record: object, location: str, *, version: int | None = None) -> Response:
    response = data(record, status=201, version=version)
    response.headers["Location"] = location
    return response


def page(rows: Page[T], extra: Mapping[str, Any] | None = None) -> Response:
    """`{"data": […], "page": {"next": …}}`; `extra` goes beside `next`, such as a total."""
    body = {"data": rows.rows, "page": {"next": rows.next, **(extra or {})}}
    return Answer(orjson.dumps(body), 200, content_type=JSON)


def no_content() -> Response:
    return Response(status=204)

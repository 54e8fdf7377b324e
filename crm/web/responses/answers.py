"""The success shapes of the JSON API."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

import orjson
from flask import Response
from werkzeug.datastructures import Headers

from crm.db.keyset import Page

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

T = TypeVar("T")
JSON = "application/json"
WITH_BODY = frozenset({200, 201})


class Answer(Response):
    """A whole body of JSON.

    The framework looks through the headers of each answer for each that is set, and copies them to complete
    and correct what such a one has or never needs: its length is set, and it leads to addresses of ours.
    """

    def __init__(self, body: bytes, status: int = 200) -> None:
        self.headers = Headers((("Content-Type", JSON), ("Content-Length", str(len(body)))))
        self.status_code = status
        self.response = [body]
        self.direct_passthrough = False
        self._on_close = []

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if self.status_code not in WITH_BODY or self._on_close or environ["REQUEST_METHOD"] == "HEAD":
            return super().__call__(environ, start_response)
        start_response(self.status, self.headers.to_wsgi_list())
        return cast(Iterable[bytes], self.response)

    def get_wsgi_headers(self, environ: "WSGIEnvironment") -> "Headers":
        return self.headers if self.status_code in WITH_BODY else super().get_wsgi_headers(environ)


def data(record: object, *, status: int = 200, version: int | None = None) -> Response:
    """`{"data": record}`; with a version, that is its ETag."""
    response = Answer(orjson.dumps({"data": record}), status)
    if version is not None:
        response.headers.add("ETag", f'"{version}"')
    return response


def created(record: object, location: str, *, version: int | None = None) -> Response:
    response = data(record, status=201, version=version)
    response.headers["Location"] = location
    return response


def page(rows: Page[T], extra: Mapping[str, Any] | None = None) -> Response:
    """`{"data": […], "page": {"next": …}}`; `extra` goes beside `next`, such as a total."""
    body = {"data": rows.rows, "page": {"next": rows.next, **(extra or {})}}
    return Answer(orjson.dumps(body))


def no_content() -> Response:
    return Response(status=204)

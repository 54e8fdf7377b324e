"""Limits on parameters and fields of a request, counted before parsing."""

from collections.abc import Iterable
from io import BytesIO
from typing import IO, TYPE_CHECKING

from flask import Flask
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge, RequestHeaderFieldsTooLarge
from werkzeug.formparser import FormDataParser

from crm.web.errors import Malformed
from crm.web.requests.present import request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FORM_FIELDS = 1_000
QUERY_PARAMETERS = 100
QUERY_BYTES = HEADER_BYTES = 8_190
OVERLONG = "holdfast.overlong_header"


class BoundedFormParser(FormDataParser):
    """Also bounds forms that are not multipart, which the framework does not."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        if mimetype == "application/x-www-form-urlencoded":
            raw = stream.read()
            most = max(FORM_FIELDS, self.max_form_parts or 0)
            if raw.count(b"&") >= most:
                raise RequestEntityTooLarge(f"A form may have {most} fields.")
            stream = BytesIO(raw)
        return super().parse(stream, mimetype, content_length, options)


class BoundedHeaders:
    """Skips a header that is too long: several of one name can be too long together."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        for name in [
            name for name, value in environ.items() if name[:5] == "HTTP_" and len(value) > HEADER_BYTES
        ]:
            environ[OVERLONG] = name.removeprefix("HTTP_").replace("_", "-").title()
            del environ[name]
        return self._app(environ, start_response)


def bound_forms(app: Flask) -> None:
    app.request_class.form_data_parser_class = BoundedFormParser


def refuse_too_many() -> None:
    """Runs before the view and before anything reads the query."""
    if (name := request.environ.get(OVERLONG)) is not None:
        raise RequestHeaderFieldsTooLarge(f"The header {name} is too long.")
    query = request.query_string
    if query and (len(query) > QUERY_BYTES or query.count(b"&") >= QUERY_PARAMETERS):
        raise Malformed("The address has too many parameters.")

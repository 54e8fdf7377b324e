"""What a visitor of a web form sent: a form or JSON, read within its bounds."""

import hashlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any, cast
from urllib.parse import unquote_plus, unquote_to_bytes

import orjson
from flask import current_app, request
from werkzeug.datastructures import FileStorage, MultiDict

from crm.attribution.marks import MARKS, read_marks
from crm.errors import FieldProblem, Invalid, WrongType
from crm.fields import NO_TEXT
from crm.web.errors import Malformed
from crm.web.requests.hosts import host_and_port
from crm.web.requests.public_address import public_url
from crm.web_forms.answers import AGREED, Answer
from crm.web_forms.asked_files import SentFile
from crm.web_forms.fields import FILES
from crm.web_forms.questions import ShownQuestion
from crm.web_forms.taking import Sent
from crm.web_forms.web_form import WebForm

ORIGIN = "Origin"
JSON = "application/json"
MULTIPART = "multipart/form-data"
FORMS = frozenset({"application/x-www-form-urlencoded", MULTIPART})
REPLACED = "\ufffd"
"""Stands where bytes of a part are no UTF-8."""
TRAP = "homepage_url"
BESIDE = frozenset({AGREED, TRAP, "key", "began", *MARKS})
MOST_CHOICES = 200
LONGEST_ANSWER = 20_000
YES = frozenset({"1", "on", "true", "yes"})


def wants_data() -> bool:
    """Whether a script sent it, or asks for data."""
    best = request.accept_mimetypes.best_match(["text/html", JSON])
    return JSON in {request.mimetype, best}


def read_sent(questions: list[ShownQuestion], form: WebForm) -> Sent:
    """Raises WrongType, Malformed, and Invalid that names each field."""
    questions = [each for each in questions if each.name != FILES]
    if request.mimetype == JSON:
        given = _of_json({each.name for each in questions})
    elif request.mimetype in FORMS:
        _refuse_other_encodings({each.name for each in questions})
        given = _of_form(request.form)
    else:
        raise WrongType("Send a form, or JSON.")
    answers = {each.name: given[each.name] for each in questions if each.name in given}
    _refuse_odd(answers)
    beside = {name: value for name, value in given.items() if isinstance(value, str)}
    return Sent(
        answers=answers,
        marks=read_marks(beside),
        agreed=beside.get(AGREED, "").strip().lower() in YES,
        trap=beside.get(TRAP, "").strip(),
        began=beside.get("began", ""),
        key=beside.get("key", ""),
        strange=_strange_site(form),
        files=[_as_sent(each) for each in given_files(form)],
        largest=int(current_app.extensions["holdfast.upload_bytes"]),
    )


def given_files(form: WebForm) -> list[FileStorage]:
    """Those that the form asks for; a browser sends an empty part where none was chosen."""
    chosen = request.files.getlist(FILES) if form.files is not None else []
    return [each for each in chosen if each.filename]


def _as_sent(file: FileStorage) -> SentFile:
    digest = hashlib.file_digest(cast(BytesIO, file.stream), "sha256").hexdigest()
    size = file.stream.tell()
    file.stream.seek(0)
    return SentFile(file.filename or "", size, digest)


def _refuse_other_encodings(asked: set[str]) -> None:
    """What a page sends in the encoding that it is written in would be kept as rubbish. Raises Invalid."""
    if request.mimetype == MULTIPART:
        odd = {name for name, values in request.form.lists() if any(REPLACED in text for text in values)}
    else:
        pairs = (pair.partition(b"=") for pair in request.get_data().split(b"&"))
        odd = {unquote_plus(name.decode("latin-1")) for name, _sign, value in pairs if not _is_utf8(value)}
    if found := sorted(odd & asked):
        raise Invalid(*(FieldProblem(name, "must be sent in UTF-8") for name in found))


def _is_utf8(value: bytes) -> bool:
    try:
        unquote_to_bytes(value).decode()
    except UnicodeDecodeError:
        return False
    return True


def _of_form(form: MultiDict[str, str]) -> dict[str, Answer]:
    """A list for what is there several times; fields that nobody asked for are left alone."""
    return {name: values if len(values) > 1 else values[0] for name, values in form.lists()}


def _of_json(asked: set[str]) -> dict[str, Answer]:
    """Raises Malformed, and Invalid for what is no text, or was not asked for."""
    try:
        found = orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        raise Malformed("The body is not valid JSON.") from None
    if not isinstance(found, dict):
        raise Malformed("The body must be an object.")
    odd = [name for name in found if name not in asked and name not in BESIDE]
    if odd:
        raise Invalid.field(odd[0], "is not a known field")
    return {name: _as_answer(name, value) for name, value in found.items() if value is not None}


def _as_answer(name: str, value: Any) -> Answer:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return value
    raise Invalid.field(name, "must be text")


def _refuse_odd(answers: Mapping[str, Answer]) -> None:
    for name, answer in answers.items():
        texts = [answer] if isinstance(answer, str) else answer
        if len(texts) > MOST_CHOICES or sum(map(len, texts)) > LONGEST_ANSWER:
            raise Invalid.field(name, "is too long")
        if any(NO_TEXT.search(text) for text in texts):
            raise Invalid.field(name, "contains invalid characters")


def _strange_site(form: WebForm) -> str | None:
    """The site that sent it, unless it is this server or one that the form names. Programs name none."""
    origin = request.headers.get(ORIGIN, "").lower()
    if not origin or origin in form.sites or request.headers.get("Sec-Fetch-Site") == "same-origin":
        return None
    scheme, _, place = origin.partition("://")
    published = (public_url() or "").partition("://")[2].partition("/")[0]
    own = {host_and_port(request.host, scheme), host_and_port(published, scheme)}
    return None if place and host_and_port(place, scheme) in own else origin

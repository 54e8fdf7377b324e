"""How each question of a web form is drawn: its words, its kind of input, what may be chosen."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app
from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _later

from crm.web_forms.asked_files import MEGABYTE, extensions_of, largest_bytes
from crm.web_forms.fields import FILES, FileGroup
from crm.web_forms.questions import ShownQuestion
from crm.web_forms.web_form import AskedFiles

USUAL: Mapping[str, LazyString] = {
    "name": _later("Your name"),
    "email": _later("E-mail"),
    "phone": _later("Phone"),
    "company": _later("Company"),
    "job_title": _later("Job title"),
    "city": _later("City"),
    "message": _later("Message"),
    FILES: _later("Files"),
}
INPUTS = {"email": "email", "phone": "tel", "url": "url", "date": "date"}
FILLED = {
    "name": "name",
    "email": "email",
    "phone": "tel",
    "company": "organization",
    "job_title": "organization-title",
    "city": "address-level2",
}
LONGEST = {
    "email": 254, "phone": 40, "job_title": 100, "city": 100, "message": 5_000, "text": 255, "number": 40,
    "money": 40, "percent": 40, "url": 500, "long_text": 10_000,
}  # fmt: skip
USUAL_LONGEST = 200
GROUPS: Mapping[FileGroup, LazyString] = {
    "pictures": _later("pictures"),
    "pdf": _later("PDF"),
    "text": _later("text and CSV"),
    "office": _later("Office and OpenDocument files"),
}
LINES = frozenset({"message", "long_text"})


@dataclass(frozen=True, slots=True)
class DrawnQuestion:
    """`type` is that of the input, `filled` what a browser may fill in. `choices` are None for free text,
    `accept` for all but files.
    """

    name: str
    label: str
    required: bool
    type: str
    lines: bool
    longest: int
    filled: str
    choices: list[tuple[str, str]] | None
    many: bool
    accept: str | None = None
    hint: str = ""


def drawn_questions(questions: list[ShownQuestion]) -> list[DrawnQuestion]:
    return [
        _drawn_files(each, each.files)
        if each.files is not None
        else DrawnQuestion(
            each.name,
            each.label or str(USUAL.get(each.name, each.name)),
            each.required,
            INPUTS.get(each.input, "text"),
            each.input in LINES,
            LONGEST.get(each.input, USUAL_LONGEST),
            FILLED.get(each.input, "off"),
            _choices(each),
            each.input == "multi_choice",
        )
        for each in questions
    ]


def _drawn_files(question: ShownQuestion, rules: AskedFiles) -> DrawnQuestion:
    largest = largest_bytes(rules, int(current_app.extensions["holdfast.upload_bytes"])) // MEGABYTE
    kinds = ", ".join(str(GROUPS[group]) for group in rules.types)
    return DrawnQuestion(
        question.name,
        question.label or str(USUAL[FILES]),
        question.required,
        "file",
        lines=False,
        longest=0,
        filled="off",
        choices=None,
        many=rules.most > 1,
        accept=",".join(f".{extension}" for extension in extensions_of(rules)),
        hint=ngettext(
            "%(num)d file of at most %(size)s MB: %(kinds)s",
            "At most %(num)d files of %(size)s MB each: %(kinds)s",
            rules.most,
            size=largest,
            kinds=kinds,
        ),
    )


def _choices(question: ShownQuestion) -> list[tuple[str, str]] | None:
    if question.input == "yes_no":
        return [("1", _("Yes")), ("0", _("No"))]
    if question.field is None or not question.field.choices:
        return None
    return [(choice.key, choice.label) for choice in question.field.offered]

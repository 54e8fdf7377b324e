"""How each question of a web form is drawn: its words, its kind of input, what may be chosen."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _later

from crm.web_forms.questions import ShownQuestion

USUAL: Mapping[str, LazyString] = {
    "name": _later("Your name"),
    "email": _later("E-mail"),
    "phone": _later("Phone"),
    "company": _later("Company"),
    "job_title": _later("Job title"),
    "city": _later("City"),
    "message": _later("Message"),
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
LINES = frozenset({"message", "long_text"})


@dataclass(frozen=True, slots=True)
class DrawnQuestion:
    """`type` is that of the input, `filled` what a browser may fill in. `choices` are None for free text."""

    name: str
    label: str
    required: bool
    type: str
    lines: bool
    longest: int
    filled: str
    choices: list[tuple[str, str]] | None
    many: bool


def drawn_questions(questions: list[ShownQuestion]) -> list[DrawnQuestion]:
    return [
        DrawnQuestion(
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


def _choices(question: ShownQuestion) -> list[tuple[str, str]] | None:
    if question.input == "yes_no":
        return [("1", _("Yes")), ("0", _("No"))]
    if question.field is None or not question.field.choices:
        return None
    return [(choice.key, choice.label) for choice in question.field.offered]

"""The form that fills the places of a template: what was typed, and what is wrong with it."""

from typing import Any

from flask import request
from flask_babel import gettext as _

from crm.conversations.templates.fields import TemplateUse
from crm.conversations.templates.templates import MessageTemplate
from crm.errors import CrmError, Invalid
from crm.fields import parse_fields
from crm.web.i18n import worded
from crm.web.requests.forms import refusal
from crm.web.words.conversations import place_label

PLACE = "place_"
LINK = "link_"


def typed_template(template: MessageTemplate, file_id: int | None = None) -> TemplateUse:
    form = request.form
    values = {place: form.get(f"{PLACE}{place}", "") for place in template.places}
    numbered = all(place.isdigit() for place in values)
    links = [
        {"button": link.button, "text": form.get(f"{LINK}{number}", "")}
        for number, link in enumerate(template.links)
    ]
    given = {
        "name": template.name,
        "language": template.language,
        "parameters": list(values.values()) if numbered else [],
        "named_parameters": {} if numbered else values,
        "header": form.get("header", "") if template.header_place is not None else None,
        "file_id": file_id,
        "links": links,
    }
    return parse_fields(TemplateUse, given)


def template_refusal(error: CrmError | None) -> dict[str, Any]:
    """With the names that the fields of these forms have, and their labels."""
    shown = refusal(error)
    if isinstance(error, Invalid):
        shown["errors"] = {_field(problem.field): worded(problem.message) for problem in error.problems}
    labels = {"to": _("Phone"), "message": _("Message"), "customer_name": _("Name")}
    labels |= {"header": _("Header placeholder"), "file": _("Header file")}
    for name in shown["errors"]:
        if name.startswith(PLACE):
            labels[name] = place_label(name.removeprefix(PLACE))
        elif name.startswith(LINK):
            labels[name] = _("Link placeholder")
    return {**shown, "labels": labels}


def _field(name: str) -> str:
    """`parameters.0` fills the first place, `links.0.text` that of the first link."""
    match name.split("."):
        case ["parameters", number]:
            return f"{PLACE}{int(number) + 1}"
        case ["named_parameters", place]:
            return f"{PLACE}{place}"
        case ["links", number, "text"]:
            return f"{LINK}{number}"
    return {"customerName": "customer_name", "template.file_id": "file"}.get(name, name)

"""Whether all placeholders of a template are filled: otherwise WhatsApp refuses it after sending."""

from collections.abc import Iterable

from crm.conversations.templates.fields import TemplateUse
from crm.conversations.templates.templates import MessageTemplate
from crm.errors import FieldProblem, Invalid, Sentence


def refuse_unfilled(known: MessageTemplate, use: TemplateUse) -> None:
    """Raises Invalid naming what is missing, and what has no place."""
    problems = [*_of_text(known, use), *_of_header(known, use), *_of_links(known, use)]
    if problems:
        raise Invalid(*problems)


def _of_text(known: MessageTemplate, use: TemplateUse) -> Iterable[FieldProblem]:
    named = any(not place.isdigit() for place in known.places)
    numbered = {str(number) for number in range(1, len(use.parameters) + 1)}
    if set(known.places) == (set(use.named_parameters) if named else numbered) and not (
        use.parameters if named else use.named_parameters
    ):
        return
    where = "template.named_parameters" if named or use.named_parameters else "template.parameters"
    if not known.places:
        yield FieldProblem(where, "has nothing to fill: the text has no placeholders")
        return
    places = ", ".join(f"{{{{{place}}}}}" for place in known.places)
    yield FieldProblem(where, Sentence("must fill the placeholders of the text: {places}", places=places))


def _of_header(known: MessageTemplate, use: TemplateUse) -> Iterable[FieldProblem]:
    if known.header_place is not None and use.header is None:
        yield FieldProblem("template.header", "is required: the header has a placeholder")
    if known.header_place is None and use.header is not None:
        yield FieldProblem("template.header", "has nothing to fill: the header has no placeholder")


def _of_links(known: MessageTemplate, use: TemplateUse) -> Iterable[FieldProblem]:
    wanted = sorted(link.button for link in known.links)
    if sorted(link.button for link in use.links) == wanted:
        return
    if not wanted:
        yield FieldProblem("template.links", "has nothing to fill: no button has a placeholder")
        return
    buttons = ", ".join(map(str, wanted))
    yield FieldProblem(
        "template.links", Sentence("must fill the placeholders of the buttons: {buttons}", buttons=buttons)
    )

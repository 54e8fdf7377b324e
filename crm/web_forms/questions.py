"""What a form can ask for besides a client's own fields: custom fields, and how each is answered."""

from dataclasses import dataclass

from crm.custom_fields.custom_field import CustomField, custom_fields_of
from crm.db.transaction import Transaction
from crm.errors import Invalid, Sentence
from crm.web_forms.fields import FILES, OWN_FIELDS
from crm.web_forms.web_form import AskedFiles, Question, WebForm

KINDS = ("client", "lead")
BUILT_IN = frozenset({*OWN_FIELDS, FILES})
NOT_ASKED = frozenset({"user", "client", "datetime"})
"""Types that a stranger cannot answer: records of the workspace, and a moment without its zone."""


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """`field` is the custom field that it asks for, if it is one."""

    name: str
    label: str | None
    required: bool
    field: CustomField | None
    files: AskedFiles | None = None

    @property
    def input(self) -> str:
        """Its type: that of the custom field, or its own name."""
        return self.name if self.field is None else self.field.field_type


def askable(tx: Transaction) -> dict[str, CustomField]:
    """The custom fields that a form can ask for, by the name of the question.

    A unique one would tell strangers which values are known here.
    """
    return {
        f"{kind}.{field.key}": field
        for kind in KINDS
        for field in custom_fields_of(tx, kind).all
        if field.field_type not in NOT_ASKED and not field.unique
    }


def refuse_unknown(tx: Transaction, names: list[str]) -> None:
    """Raises Invalid for a custom field that cannot be asked for."""
    known = askable(tx)
    odd = [name for name in names if name not in BUILT_IN and name not in known]
    if odd:
        raise Invalid.field("asked", Sentence("asks for {name}, which a form cannot ask for", name=odd[0]))


def shown_questions(tx: Transaction, form: WebForm) -> list[ShownQuestion]:
    """Without custom fields that were removed since."""
    known = askable(tx)
    return [
        _shown(each, known.get(each.name))
        for each in form.asked
        if each.name in BUILT_IN or each.name in known
    ]


def _shown(question: Question, field: CustomField | None) -> ShownQuestion:
    label = question.label or (field.label if field is not None else None)
    return ShownQuestion(question.name, label, question.required, field, question.files)

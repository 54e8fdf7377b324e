"""The kind of templates of quotes."""

from crm.documents.quote_template_demo import begin_quote_templates
from crm.documents.quote_template_fields import TemplateName
from crm.documents.quote_templates import (
    TEMPLATE_RECORD,
    get_quote_template,
    remove_quote_template,
    restore_quote_template,
)
from crm.fields import name_key
from crm.records.kind import Action, Examples, Kind, Lookup, Trash
from crm.row_rules import RowRules, columns, fits, json_of, key_of

QUOTE_TEMPLATE = Kind(
    name="quote_template",
    table="quote_templates",
    known_by="name",
    area="quotes",
    modules=("quotes",),
    permissions={"read": "everyone", "write": "workers", "delete": "workers", "export": "allowed"},
    rows={
        "quote_templates": RowRules(
            columns(name=fits(TemplateName), content=json_of()), made={"name_key": key_of("name", name_key)}
        )
    },
    examples=Examples(usual=3, least=0, begin=begin_quote_templates),
    erasing="it is a text of the business",
    actions={
        "quote_template.created": Action("delete"),
        "quote_template.deleted": Action("restore"),
        "quote_template.restored": Action("delete"),
    },
    lookup=Lookup(TEMPLATE_RECORD, get_quote_template),
    trash=Trash(remove_quote_template, restore_quote_template),
)

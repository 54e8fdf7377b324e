"""Rules for rows of tags that come from a file or backup."""

from crm.fields import Tag, name_key
from crm.records.keys import tag_key
from crm.row_rules import RowRules, columns, fits, ids, key_of

ROWS = {
    "tags": RowRules(
        columns(name=fits(Tag)), made={"name_key": key_of("name", name_key), "form": key_of("name", tag_key)}
    ),
    "record_tags": RowRules(columns(**ids("tag_id", "subject_id"))),
}

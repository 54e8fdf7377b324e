"""Rules for rows of numbers that come from a file or backup."""

from collections.abc import Mapping

from crm.fields import name_key
from crm.numbers.formats import KINDS, MOST_SEQ, Format, GivenNumber
from crm.row_rules import RowRules, columns, count, fits, ids, key_of, one_of, whole_number

_seq = whole_number(1, MOST_SEQ)
_period = whole_number(0, 9999)

ROWS: Mapping[str, RowRules] = {
    "number_series": RowRules(columns(kind=one_of(*KINDS), format=fits(Format), start=_seq)),
    "number_counters": RowRules(
        columns(kind=one_of(*KINDS), period=_period, next_seq=whole_number(1, MOST_SEQ + 1))
    ),
    "issued_numbers": RowRules(
        columns(
            kind=one_of(*KINDS),
            number=fits(GivenNumber),
            period=_period,
            seq=_seq,
            follows=count,
            **ids("subject_id", "issued_by"),
        ),
        made={"number_key": key_of("number", name_key)},
    ),
}

"""The parts that the addresses of all lists share."""

from typing import cast
from urllib.parse import parse_qsl, urlencode

from crm.accounts.conditions import with_conditions
from crm.db.transaction import Transaction
from crm.errors import FieldProblem, Invalid, Sentence
from crm.records.kinds import kinds_of
from crm.web.kinds.known import known_words
from crm.web.lists.list_address import TRASH, ListAddress
from crm.web.requests.custom_filters import is_own
from crm.web.requests.reading import parse_address

WHOLE = "all"


def kept_query(wanted: ListAddress) -> str:
    """The part of an address that a saved view keeps, always spelt the same."""
    return urlencode({name: str(value) for name, value in wanted.kept.items()})


def check_query(tx: Transaction, list_name: str, text: str) -> str:
    """The query part of a list's address, as a view keeps it. Raises Invalid naming `query`."""
    pairs = parse_qsl(text.removeprefix("?"), keep_blank_values=True)
    given = dict(pairs)
    listed = known_words().list_of(list_name)
    if len(given) < len(pairs):
        raise Invalid.field("query", "gives a parameter twice")
    own = set(filter(is_own, given)) if kinds_of(tx).listed[list_name].customized else set()
    if unknown := sorted(given.keys() - own - (listed.address.model_fields.keys() - TRASH)):
        refusal = Sentence("contains {name!r}, which is not a filter of this list", name=unknown[0])
        raise Invalid.field("query", refusal)
    try:
        wanted = cast(ListAddress, parse_address(listed.address, given))
    except Invalid as error:
        raise error.reworded(_of_query) from None
    _check_conditions(tx, list_name, wanted)
    sort = listed.sorts.get(wanted.sort.removeprefix("-")) if wanted.sort else None
    if wanted.sort and (sort is None or sort.of_trash):
        raise Invalid.field("query", "cannot sort this list by that")
    return kept_query(wanted)


def _check_conditions(tx: Transaction, list_name: str, wanted: ListAddress) -> None:
    kind = kinds_of(tx).listed[list_name]
    try:
        with_conditions(tx, kind.name, "listed", getattr(wanted, "filter", None), [])
    except Invalid as error:
        raise error.reworded(_of_query) from None


def _of_query(problem: FieldProblem) -> FieldProblem:
    message = Sentence("{field} {message}", field=problem.field, message=problem.message)
    return FieldProblem("query", message)

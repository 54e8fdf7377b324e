"""Find the record that an imported one is on: by its key, its id elsewhere, its e-mail, phone or name."""

from crm.clients.phones import as_e164, workspace_country
from crm.db.transaction import Transaction
from crm.errors import Invalid, Sentence
from crm.fields import name_key
from crm.imports.exported_keys import find_by_key, lives
from crm.imports.matching import by_emails, by_phones
from crm.imports.record import Bearer
from crm.records.keys import sort_key
from crm.records.kind import Kind
from crm.records.kinds import kinds_of

UNKNOWN = Sentence("There is no record with this name, e-mail, phone or id.")
SEVERAL = Sentence("Several records have this name; give an e-mail or id.")
NAME_KEYS = {"clients": "name_key", "leads": "title_key"}
"""The folded names, where a table has them."""
Found = tuple[str, int]


def find_bearer(tx: Transaction, kind: Kind, on: Bearer) -> Found | None:
    """The kind and the id of the record; None if the file names none. Raises Invalid naming `subject_id`."""
    if not on.said:
        return None
    bearers = {each.name: each for each in kinds_of(tx).bearing(kind)}
    wanted = name_key(on.kind).removesuffix("s")
    bearers = {wanted: bearers[wanted]} if wanted in bearers else bearers
    found = _by_key(tx, bearers, on) or _by_external_id(tx, bearers, on) or _by_contact(tx, bearers, on)
    return found or find_named(tx, bearers, on.name)


def _by_key(tx: Transaction, bearers: dict[str, Kind], on: Bearer) -> Found | None:
    for name, kind in bearers.items():
        if on.key and (found := find_by_key(tx, kind, on.key)) is not None:
            return name, found
    return None


def _by_external_id(tx: Transaction, bearers: dict[str, Kind], on: Bearer) -> Found | None:
    """Of whichever program, as long as it is the id of one record."""
    if not on.external_id:
        return None
    rows = tx.tuples(
        """
        SELECT DISTINCT x.subject, x.subject_id
          FROM external_ids x
         WHERE x.workspace_id = :workspace_id
           AND x.external_id = :external_id
         LIMIT 20
        """,
        external_id=on.external_id,
    )
    found = [(name, number) for name, number in rows if name in bearers and lives(tx, bearers[name], number)]
    return found[0] if len(found) == 1 else None


def _by_contact(tx: Transaction, bearers: dict[str, Kind], on: Bearer) -> Found | None:
    if "client" not in bearers:
        return None
    found = by_emails(tx, [on.email]) if on.email else None
    if found is None and on.phone:
        try:
            found = by_phones(tx, [as_e164(on.phone, workspace_country(tx))])
        except Invalid:
            found = None
    return None if found is None else ("client", found)


def find_named(tx: Transaction, kinds: dict[str, Kind], name: str) -> Found:
    """The one record of these kinds with that name. Raises Invalid for none, and for several."""
    named = kinds.items() if name else ()
    found = [(each, number) for each, kind in named for number in _named(tx, kind, name)]
    if not found:
        raise Invalid.field("subject_id", UNKNOWN)
    if len(found) > 1:
        raise Invalid.field("subject_id", SEVERAL)
    return found[0]


def _named(tx: Transaction, kind: Kind, name: str) -> list[int]:
    column = NAME_KEYS.get(kind.table, kind.known_by)
    if column is None:
        return []
    rows = tx.tuples(
        f"""
        SELECT named.id
          FROM {kind.table} named
         WHERE named.workspace_id = :workspace_id
           AND named.{column} = :name
           AND named.deleted_at IS NULL
         LIMIT 2
        """,
        name=sort_key(name) if kind.table in NAME_KEYS else name,
    )
    return [row[0] for row in rows]

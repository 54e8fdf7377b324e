"""Rules for rows of the ledger that come from a file or backup; the chain checks their order."""

from crm.row_rules import RowRules, columns, digest, ids, json_of, matches, moment, text, whole_number

NAME = matches(r"[a-z][a-z_]{0,40}", "the name of a kind of record")
ACTION = matches(r"[a-z][a-z_]{0,40}\.[a-z][a-z_]{0,40}", "an action such as client.created")

ROWS = {
    "activities": RowRules(
        columns(
            seq=whole_number(1, 2**40),
            action=ACTION,
            entity=NAME,
            subject=NAME,
            **ids("entity_id", "subject_id", "actor_id"),
            request_id=text(200),
            content_hash=digest,
            previous_hash=digest,
            hash=digest,
        )
    ),
    "activity_contents": RowRules(
        columns(
            **ids("activity_id"),
            salt=matches(r"[0-9a-f]{32}", "a salt"),
            before=json_of(),
            after=json_of(),
            erased_at=moment,
            erasure_seq=whole_number(1, 2**40),
        )
    ),
    "operations": RowRules(
        columns(
            **ids("actor_id", "undoes_id"),
            undone_cursor=text(2_000),
            undone_at=moment,
            entries=whole_number(0, 2**40),
            first_seq=whole_number(1, 2**40),
            last_seq=whole_number(1, 2**40),
            action=ACTION,
            changed=matches(r"([a-z][a-z_0-9]{0,60}(,|$)){0,200}", "the names of fields"),
        )
    ),
    "operation_entries": RowRules(columns(**ids("activity_id", "operation_id"))),
}

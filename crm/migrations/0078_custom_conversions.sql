-- A custom field with many values gets another type in pieces, by the worker. What its values become is kept in the name of a
-- field that nobody sees (`shadow_id`), until all are there; from then on `kept_in` of the field says where its values are.
-- `custom_conversion_changes` are the records whose value was changed meanwhile, which are looked at again.

ALTER TABLE custom_fields ADD COLUMN kept_in INTEGER;

CREATE TABLE custom_conversions (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    field_id     INTEGER NOT NULL,
    shadow_id    INTEGER NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('converting', 'asking', 'failed', 'cleaning', 'cancelling')),
    empty_unfit  INTEGER NOT NULL CHECK (empty_unfit IN (0, 1)),
    given        INTEGER NOT NULL CHECK (given IN (0, 1)),
    former       TEXT,
    next_id      INTEGER NOT NULL DEFAULT 1,
    total        INTEGER NOT NULL,
    done         INTEGER NOT NULL DEFAULT 0,
    unfit        INTEGER NOT NULL DEFAULT 0,
    examples     TEXT    NOT NULL DEFAULT '[]',
    reason       TEXT,
    actor_id     INTEGER,
    operation_id INTEGER,
    created_at   TEXT    NOT NULL,
    updated_at   TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, field_id),
    FOREIGN KEY (workspace_id, field_id)  REFERENCES custom_fields (workspace_id, id),
    FOREIGN KEY (workspace_id, shadow_id) REFERENCES custom_fields (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX custom_conversions_shadow ON custom_conversions (workspace_id, shadow_id);

CREATE TABLE custom_conversion_changes (
    workspace_id INTEGER NOT NULL,
    field_id     INTEGER NOT NULL,
    record_id    INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, field_id, record_id),
    FOREIGN KEY (workspace_id, field_id) REFERENCES custom_fields (workspace_id, id)
) STRICT, WITHOUT ROWID;

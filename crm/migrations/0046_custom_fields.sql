-- Fields that people add to their records. The values of a record are in its own row, as JSON by key, so that reading a
-- record costs nothing more. `custom_values` is made from them, to filter and sort by: `value_key` is the value as text
-- that compares as the values do. `custom_state` of a workspace changes with its fields, which are kept in memory by it.

CREATE TABLE custom_fields (
    id            INTEGER PRIMARY KEY,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    kind          TEXT    NOT NULL,
    key           TEXT    NOT NULL,
    label         TEXT    NOT NULL,
    label_key     TEXT    NOT NULL,
    type          TEXT    NOT NULL,
    position      INTEGER NOT NULL,
    group_name    TEXT,
    help          TEXT,
    required      INTEGER NOT NULL DEFAULT 0 CHECK (required IN (0, 1)),
    is_unique     INTEGER NOT NULL DEFAULT 0 CHECK (is_unique IN (0, 1)),
    on_card       INTEGER NOT NULL DEFAULT 0 CHECK (on_card IN (0, 1)),
    default_value TEXT,
    choices       TEXT,
    currency      TEXT,
    version       INTEGER NOT NULL DEFAULT 1,
    created_at    TEXT    NOT NULL,
    updated_at    TEXT    NOT NULL,
    deleted_at    TEXT,
    purged_at     TEXT,
    UNIQUE (workspace_id, id),
    CHECK (purged_at IS NULL OR deleted_at IS NOT NULL)
) STRICT;

CREATE UNIQUE INDEX custom_fields_key   ON custom_fields (workspace_id, kind, key);
CREATE UNIQUE INDEX custom_fields_label ON custom_fields (workspace_id, kind, label_key) WHERE deleted_at IS NULL;

CREATE TABLE custom_values (
    workspace_id  INTEGER NOT NULL,
    field_id      INTEGER NOT NULL,
    record_id     INTEGER NOT NULL,
    place         INTEGER NOT NULL,
    value_key     TEXT    NOT NULL,
    unique_key    TEXT,
    PRIMARY KEY (workspace_id, field_id, record_id, place),
    FOREIGN KEY (workspace_id, field_id) REFERENCES custom_fields (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX        custom_values_in_order ON custom_values (workspace_id, field_id, value_key, record_id, place);
CREATE UNIQUE INDEX custom_values_unique   ON custom_values (workspace_id, field_id, unique_key) WHERE unique_key IS NOT NULL;

ALTER TABLE clients    ADD COLUMN custom TEXT;
ALTER TABLE leads      ADD COLUMN custom TEXT;
ALTER TABLE workspaces ADD COLUMN custom_state TEXT;

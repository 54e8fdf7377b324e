-- Entries of the ledger that came of one act, such as a change of many records at once, name it: one line, one undo.

CREATE TABLE operations (
    id             INTEGER PRIMARY KEY,
    workspace_id   INTEGER NOT NULL REFERENCES workspaces (id),
    actor_id       INTEGER,
    undoes_id      INTEGER,
    undone_cursor  TEXT,
    undone_at      TEXT,
    created_at     TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, actor_id)  REFERENCES users      (workspace_id, id),
    FOREIGN KEY (workspace_id, undoes_id) REFERENCES operations (workspace_id, id)
) STRICT;

CREATE INDEX operations_actor  ON operations (workspace_id, actor_id);
CREATE INDEX operations_undoes ON operations (workspace_id, undoes_id);

CREATE TABLE operation_entries (
    activity_id  INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL,
    operation_id INTEGER NOT NULL,
    FOREIGN KEY (workspace_id, activity_id)  REFERENCES activities (workspace_id, id),
    FOREIGN KEY (workspace_id, operation_id) REFERENCES operations (workspace_id, id)
) STRICT;

CREATE INDEX operation_entries_operation ON operation_entries (workspace_id, operation_id, activity_id);

CREATE TRIGGER operation_entries_keep_update BEFORE UPDATE ON operation_entries
BEGIN
    SELECT RAISE (ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER operation_entries_keep_delete BEFORE DELETE ON operation_entries
BEGIN
    SELECT RAISE (ABORT, 'the ledger is append-only');
END;

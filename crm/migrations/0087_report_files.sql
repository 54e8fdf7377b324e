-- Files of daily figures of campaigns: read, confirmed, and taken in by pieces, each whole; what is left goes on after a stop.

CREATE TABLE report_files (
    id             INTEGER PRIMARY KEY,
    workspace_id   INTEGER NOT NULL REFERENCES workspaces (id),
    created_by     INTEGER,
    source         TEXT    NOT NULL,
    name           TEXT    NOT NULL,
    size           INTEGER NOT NULL,
    sha256         TEXT    NOT NULL,
    folder         TEXT    NOT NULL,
    wishes         TEXT    NOT NULL,
    state          TEXT    NOT NULL CHECK (state IN ('reading', 'unmapped', 'refused', 'ready', 'running', 'done', 'cancelled',
                                                     'failed')),
    facts          TEXT    NOT NULL DEFAULT '{}',
    pieces         INTEGER NOT NULL DEFAULT 0,
    pieces_done    INTEGER NOT NULL DEFAULT 0,
    new_rows       INTEGER NOT NULL DEFAULT 0,
    changed_rows   INTEGER NOT NULL DEFAULT 0,
    unchanged_rows INTEGER NOT NULL DEFAULT 0,
    error          TEXT,
    version        INTEGER NOT NULL DEFAULT 1,
    created_at     TEXT    NOT NULL,
    updated_at     TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES users (workspace_id, id)
) STRICT;

CREATE INDEX report_files_at_work ON report_files (id) WHERE state IN ('reading', 'running');
CREATE INDEX report_files_open    ON report_files (updated_at) WHERE state IN ('reading', 'unmapped', 'refused', 'ready', 'running');
CREATE INDEX report_files_of_user ON report_files (workspace_id, created_by);

CREATE TABLE report_file_pieces (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    file_id      INTEGER NOT NULL,
    number       INTEGER NOT NULL,
    content      TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, file_id, number),
    FOREIGN KEY (workspace_id, file_id) REFERENCES report_files (workspace_id, id)
) STRICT, WITHOUT ROWID;

-- Bringing customers in from a file: what was read, what each column becomes, how far it is, and what could not be read.
-- The rows themselves wait in a folder beside the database until they go in. `place` is where to go on in their file.

CREATE TABLE imports (
    id            INTEGER PRIMARY KEY,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    actor_id      INTEGER,
    records       TEXT    NOT NULL CHECK (records IN ('clients', 'leads')),
    name          TEXT    NOT NULL,
    size          INTEGER NOT NULL,
    sha256        TEXT    NOT NULL,
    folder        TEXT    NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('reading', 'checking', 'ready', 'running', 'done', 'undoing', 'undone', 'failed')),
    options       TEXT    NOT NULL,
    facts         TEXT,
    columns       TEXT,
    plan          TEXT,
    total         INTEGER NOT NULL DEFAULT 0,
    done          INTEGER NOT NULL DEFAULT 0,
    created       INTEGER NOT NULL DEFAULT 0,
    updated       INTEGER NOT NULL DEFAULT 0,
    skipped       INTEGER NOT NULL DEFAULT 0,
    left_out      INTEGER NOT NULL DEFAULT 0,
    problems      INTEGER NOT NULL DEFAULT 0,
    place         INTEGER NOT NULL DEFAULT 0,
    operation_id  INTEGER,
    error         TEXT,
    version       INTEGER NOT NULL DEFAULT 1,
    created_at    TEXT    NOT NULL,
    updated_at    TEXT    NOT NULL,
    ended_at      TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, actor_id)     REFERENCES users      (workspace_id, id),
    FOREIGN KEY (workspace_id, operation_id) REFERENCES operations (workspace_id, id)
) STRICT;

CREATE INDEX imports_actor     ON imports (workspace_id, actor_id);
CREATE INDEX imports_operation ON imports (workspace_id, operation_id);
CREATE INDEX imports_at_work   ON imports (state) WHERE state IN ('reading', 'checking', 'running', 'undoing');

CREATE TABLE import_problems (
    id            INTEGER PRIMARY KEY,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    import_id     INTEGER NOT NULL,
    row_number    INTEGER NOT NULL,
    column_number INTEGER,
    header        TEXT,
    value         TEXT    NOT NULL,
    message       TEXT    NOT NULL,
    left_out      INTEGER NOT NULL CHECK (left_out IN (0, 1)),
    FOREIGN KEY (workspace_id, import_id) REFERENCES imports (workspace_id, id)
) STRICT;

CREATE INDEX import_problems_of ON import_problems (workspace_id, import_id, id);

-- How people mapped the columns of files with the same headers.
CREATE TABLE import_mappings (
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    headers       TEXT    NOT NULL,
    columns       TEXT    NOT NULL,
    updated_at    TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, headers)
) STRICT;

-- The ids that records have elsewhere, so that the same file twice changes nothing.
CREATE TABLE external_ids (
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    source        TEXT    NOT NULL,
    external_id   TEXT    NOT NULL,
    subject       TEXT    NOT NULL CHECK (subject IN ('client', 'lead')),
    subject_id    INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, source, subject, external_id)
) STRICT;

CREATE INDEX external_ids_subject ON external_ids (workspace_id, subject, subject_id);

-- Imports of any kind whose description says how, and the ids of other programs for records of any kind: which there are,
-- the program knows.

CREATE TABLE new_external_ids (
    id            INTEGER PRIMARY KEY,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    source        TEXT    NOT NULL,
    external_id   TEXT    NOT NULL,
    subject       TEXT    NOT NULL,
    subject_id    INTEGER NOT NULL,
    UNIQUE (workspace_id, external_id, subject, source)
) STRICT;

INSERT INTO new_external_ids (id, workspace_id, source, external_id, subject, subject_id)
SELECT id, workspace_id, source, external_id, subject, subject_id
  FROM external_ids;

DROP TABLE external_ids;
ALTER TABLE new_external_ids RENAME TO external_ids;
CREATE INDEX external_ids_subject ON external_ids (workspace_id, subject, subject_id);

CREATE TABLE new_imports (
    id            INTEGER PRIMARY KEY,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    actor_id      INTEGER,
    records       TEXT    NOT NULL,
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
    seen_at       TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, actor_id)     REFERENCES users      (workspace_id, id),
    FOREIGN KEY (workspace_id, operation_id) REFERENCES operations (workspace_id, id)
) STRICT;

INSERT INTO new_imports
SELECT id, workspace_id, actor_id, records, name, size, sha256, folder, state, options, facts, columns, plan, total, done,
       created, updated, skipped, left_out, problems, place, operation_id, error, version, created_at, updated_at, ended_at,
       seen_at
  FROM imports;

DROP TABLE imports;
ALTER TABLE new_imports RENAME TO imports;

CREATE INDEX imports_actor     ON imports (workspace_id, actor_id);
CREATE INDEX imports_operation ON imports (workspace_id, operation_id);
CREATE INDEX imports_at_work   ON imports (state) WHERE state IN ('reading', 'checking', 'running', 'undoing');
CREATE INDEX imports_unseen    ON imports (workspace_id, actor_id) WHERE ended_at IS NOT NULL AND seen_at IS NULL;

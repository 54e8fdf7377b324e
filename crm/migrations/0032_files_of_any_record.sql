-- Files hang on records of any kind, as notes and tasks do.

CREATE TABLE new_files (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    subject      TEXT    NOT NULL,
    subject_id   INTEGER NOT NULL,
    purpose      TEXT    NOT NULL CHECK (purpose IN ('attachment', 'picture')),
    name         TEXT    NOT NULL,
    media_type   TEXT    NOT NULL,
    size         INTEGER NOT NULL,
    sha256       TEXT    NOT NULL,
    stored_name  TEXT    NOT NULL,
    width        INTEGER,
    height       INTEGER,
    uploaded_by  INTEGER,
    version      INTEGER NOT NULL DEFAULT 1,
    created_at   TEXT    NOT NULL,
    updated_at   TEXT    NOT NULL,
    deleted_at   TEXT,
    purged_at    TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, uploaded_by) REFERENCES users (workspace_id, id),
    CONSTRAINT files_stored_name CHECK (
        stored_name GLOB '[1-9]*/[0-9a-f][0-9a-f]/[0-9a-f]*'
        AND stored_name NOT GLOB '*[^0-9a-f/]*'
        AND substr(stored_name, 1, length(stored_name) - 36) NOT GLOB '*[^0-9]*'
        AND substr(stored_name, -32) NOT GLOB '*[^0-9a-f]*'
        AND octet_length(stored_name) = length(stored_name)
        AND substr(stored_name, -36, 4) = '/' || substr(stored_name, -32, 2) || '/'
    )
) STRICT;

INSERT INTO new_files
SELECT id, workspace_id, 'client', client_id, purpose, name, media_type, size, sha256, stored_name,
       width, height, uploaded_by, version, created_at, updated_at, deleted_at, purged_at
  FROM files;
DROP TABLE files;
ALTER TABLE new_files RENAME TO files;

CREATE UNIQUE INDEX files_stored  ON files (stored_name);
CREATE INDEX        files_live    ON files (workspace_id, purpose) WHERE deleted_at IS NULL;
CREATE INDEX        files_subject ON files (workspace_id, subject, subject_id, purpose) WHERE deleted_at IS NULL;
CREATE INDEX        files_trash   ON files (workspace_id, subject, subject_id, purpose) WHERE deleted_at IS NOT NULL;
CREATE INDEX        files_purge   ON files (deleted_at) WHERE deleted_at IS NOT NULL AND purged_at IS NULL;

CREATE TABLE workspaces (
    id         INTEGER PRIMARY KEY,
    name       TEXT    NOT NULL,
    country    TEXT    NOT NULL DEFAULT 'US',
    currency   TEXT    NOT NULL DEFAULT 'USD',
    timezone   TEXT    NOT NULL DEFAULT 'UTC',
    language   TEXT    NOT NULL DEFAULT 'en',
    version    INTEGER NOT NULL DEFAULT 1,
    created_at TEXT    NOT NULL,
    updated_at TEXT    NOT NULL
) STRICT;

CREATE TABLE users (
    id            INTEGER PRIMARY KEY,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    email         TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    name_key      TEXT    NOT NULL,
    role          TEXT    NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    password_hash TEXT    NOT NULL,
    disabled_at   TEXT,
    version       INTEGER NOT NULL DEFAULT 1,
    created_at    TEXT    NOT NULL,
    updated_at    TEXT    NOT NULL,
    UNIQUE (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX users_email ON users (email);
CREATE UNIQUE INDEX users_name  ON users (workspace_id, name_key);

-- The ledger: what happened, chained by hash within each workspace. Its contents stand apart, so that
-- a person's data can be erased on request while the chain stays whole.
CREATE TABLE activities (
    id            INTEGER PRIMARY KEY,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    seq           INTEGER NOT NULL,
    action        TEXT    NOT NULL,
    entity        TEXT    NOT NULL,
    entity_id     INTEGER NOT NULL,
    subject       TEXT    NOT NULL,
    subject_id    INTEGER NOT NULL,
    actor_id      INTEGER,
    request_id    TEXT    NOT NULL,
    created_at    TEXT    NOT NULL,
    content_hash  TEXT    NOT NULL,
    previous_hash TEXT    NOT NULL,
    hash          TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, actor_id) REFERENCES users (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX activities_chain   ON activities (workspace_id, seq);
CREATE INDEX        activities_subject ON activities (workspace_id, subject, subject_id, seq);
CREATE INDEX        activities_actor   ON activities (workspace_id, actor_id, seq);

CREATE TABLE activity_contents (
    activity_id  INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL,
    salt         TEXT,
    before       TEXT,
    after        TEXT,
    erased_at    TEXT,
    FOREIGN KEY (workspace_id, activity_id) REFERENCES activities (workspace_id, id)
) STRICT;

CREATE TRIGGER activities_keep_update BEFORE UPDATE ON activities
BEGIN
    SELECT RAISE (ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER activities_keep_delete BEFORE DELETE ON activities
BEGIN
    SELECT RAISE (ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER activity_contents_keep_delete BEFORE DELETE ON activity_contents
BEGIN
    SELECT RAISE (ABORT, 'the ledger is append-only');
END;

CREATE TRIGGER activity_contents_erase_only BEFORE UPDATE ON activity_contents
WHEN NOT (
    NEW.activity_id = OLD.activity_id
    AND NEW.workspace_id = OLD.workspace_id
    AND NEW.salt IS NULL
    AND NEW.before IS NULL
    AND NEW.after IS NULL
    AND NEW.erased_at IS NOT NULL
    AND OLD.erased_at IS NULL
)
BEGIN
    SELECT RAISE (ABORT, 'the ledger is append-only');
END;

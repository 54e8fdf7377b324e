-- NULL in a user's language or timezone means the workspace's.
ALTER TABLE users ADD COLUMN language TEXT;
ALTER TABLE users ADD COLUMN timezone TEXT;

CREATE TABLE sessions (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    user_id      INTEGER NOT NULL,
    token_hash   TEXT    NOT NULL,
    user_agent   TEXT    NOT NULL,
    address      TEXT    NOT NULL,
    created_at   TEXT    NOT NULL,
    last_seen_at TEXT    NOT NULL,
    expires_at   TEXT    NOT NULL,
    ends_at      TEXT    NOT NULL,
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX sessions_token   ON sessions (token_hash);
CREATE INDEX        sessions_user    ON sessions (workspace_id, user_id, last_seen_at);
CREATE INDEX        sessions_expired ON sessions (expires_at);

CREATE TABLE tokens (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    user_id      INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    scope        TEXT    NOT NULL CHECK (scope IN ('read', 'write')),
    hint         TEXT    NOT NULL,
    token_hash   TEXT    NOT NULL,
    created_at   TEXT    NOT NULL,
    expires_at   TEXT    NOT NULL,
    last_used_at TEXT,
    revoked_at   TEXT,
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX tokens_token ON tokens (token_hash);
CREATE INDEX        tokens_user  ON tokens (workspace_id, user_id, id);

CREATE TABLE invitations (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    email        TEXT,
    role         TEXT    NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    token_hash   TEXT    NOT NULL,
    created_by   INTEGER NOT NULL,
    created_at   TEXT    NOT NULL,
    expires_at   TEXT    NOT NULL,
    FOREIGN KEY (workspace_id, created_by) REFERENCES users (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX invitations_token     ON invitations (token_hash);
CREATE INDEX        invitations_workspace ON invitations (workspace_id, id);
CREATE INDEX        invitations_expired   ON invitations (expires_at);

-- A browser from which the user has logged in before: strangers who guess at the account do not slow it down.
CREATE TABLE devices (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    user_id      INTEGER NOT NULL,
    token_hash   TEXT    NOT NULL,
    created_at   TEXT    NOT NULL,
    expires_at   TEXT    NOT NULL,
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX devices_token   ON devices (token_hash);
CREATE INDEX        devices_user    ON devices (workspace_id, user_id);
CREATE INDEX        devices_expired ON devices (expires_at);

-- Guesses at a log-in by account, address or device; the bucket is a hash, so that it names nobody.
CREATE TABLE login_attempts (
    bucket       TEXT    NOT NULL PRIMARY KEY,
    attempts     INTEGER NOT NULL,
    last_at      TEXT    NOT NULL,
    allowed_from TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX login_attempts_last ON login_attempts (last_at);

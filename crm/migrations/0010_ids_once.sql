-- The ledger names these rows by their id, and they are deleted in earnest: an id must not be given a second time.

CREATE TABLE new_sessions (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
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

INSERT INTO new_sessions SELECT * FROM sessions;
DROP TABLE sessions;
ALTER TABLE new_sessions RENAME TO sessions;

CREATE UNIQUE INDEX sessions_token   ON sessions (token_hash);
CREATE INDEX        sessions_user    ON sessions (workspace_id, user_id, last_seen_at);
CREATE INDEX        sessions_expired ON sessions (expires_at);

CREATE TABLE new_invitations (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    email        TEXT,
    role         TEXT    NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    token_hash   TEXT    NOT NULL,
    created_by   INTEGER NOT NULL,
    created_at   TEXT    NOT NULL,
    expires_at   TEXT    NOT NULL,
    FOREIGN KEY (workspace_id, created_by) REFERENCES users (workspace_id, id)
) STRICT;

INSERT INTO new_invitations SELECT * FROM invitations;
DROP TABLE invitations;
ALTER TABLE new_invitations RENAME TO invitations;

CREATE UNIQUE INDEX invitations_token     ON invitations (token_hash);
CREATE INDEX        invitations_workspace ON invitations (workspace_id, id);
CREATE INDEX        invitations_expired   ON invitations (expires_at);

CREATE TABLE new_message_templates (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    name         TEXT    NOT NULL,
    language     TEXT    NOT NULL,
    body         TEXT    NOT NULL,
    created_at   TEXT    NOT NULL,
    UNIQUE (workspace_id, id)
) STRICT;

INSERT INTO new_message_templates SELECT * FROM message_templates;
DROP TABLE message_templates;
ALTER TABLE new_message_templates RENAME TO message_templates;

CREATE UNIQUE INDEX message_templates_name ON message_templates (workspace_id, name, language);

CREATE TABLE new_quick_replies (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    title        TEXT    NOT NULL,
    title_key    TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    created_at   TEXT    NOT NULL,
    UNIQUE (workspace_id, id)
) STRICT;

INSERT INTO new_quick_replies SELECT * FROM quick_replies;
DROP TABLE quick_replies;
ALTER TABLE new_quick_replies RENAME TO quick_replies;

CREATE UNIQUE INDEX quick_replies_title ON quick_replies (workspace_id, title_key);

DELETE FROM sqlite_sequence;

INSERT INTO sqlite_sequence (name, seq)
SELECT t.column1,
       max(t.column3, coalesce((SELECT max(entity_id) FROM activities WHERE entity = t.column2), 0))
  FROM (VALUES ('sessions', 'session', (SELECT coalesce(max(id), 0) FROM sessions)),
               ('invitations', 'invitation', (SELECT coalesce(max(id), 0) FROM invitations)),
               ('message_templates', 'template', (SELECT coalesce(max(id), 0) FROM message_templates)),
               ('quick_replies', 'quick_reply', (SELECT coalesce(max(id), 0) FROM quick_replies))) t;

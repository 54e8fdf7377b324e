-- Tokens of a third scope, which see the figures of the server and no record. They are made on the machine itself.

CREATE TABLE new_tokens (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    user_id      INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    scope        TEXT    NOT NULL CHECK (scope IN ('read', 'write', 'monitor')),
    hint         TEXT    NOT NULL,
    token_hash   TEXT    NOT NULL,
    created_at   TEXT    NOT NULL,
    expires_at   TEXT    NOT NULL,
    last_used_at TEXT,
    revoked_at   TEXT,
    maker_id     INTEGER,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id)  REFERENCES users (workspace_id, id),
    FOREIGN KEY (workspace_id, maker_id) REFERENCES tokens (workspace_id, id)
) STRICT;

INSERT INTO new_tokens
SELECT id, workspace_id, user_id, name, scope, hint, token_hash, created_at, expires_at, last_used_at, revoked_at, maker_id
  FROM tokens;
DROP TABLE tokens;
ALTER TABLE new_tokens RENAME TO tokens;

CREATE UNIQUE INDEX tokens_token ON tokens (token_hash);
CREATE INDEX        tokens_user  ON tokens (workspace_id, user_id, id);

CREATE TRIGGER tokens_revise_update AFTER UPDATE ON tokens
BEGIN UPDATE identity_revisions SET number = number + 1; END;

CREATE TRIGGER tokens_revise_delete AFTER DELETE ON tokens
BEGIN UPDATE identity_revisions SET number = number + 1; END;

CREATE INDEX quote_mails_failed ON quote_mails (id) WHERE state = 'failed';

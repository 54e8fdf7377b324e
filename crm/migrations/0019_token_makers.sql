-- A token that was made with another ends with that one, whenever it ends. Which token made which was not written down
-- before; what is sure is read from the end: only a token that was cut short by its maker's ends at the same
-- millisecond.

CREATE TABLE new_tokens (
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
    maker_id     INTEGER,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id)  REFERENCES users (workspace_id, id),
    FOREIGN KEY (workspace_id, maker_id) REFERENCES tokens (workspace_id, id)
) STRICT;

INSERT INTO new_tokens
SELECT t.*, (SELECT min(m.id)
               FROM tokens m
              WHERE m.workspace_id = t.workspace_id
                AND m.user_id = t.user_id
                AND m.expires_at = t.expires_at
                AND m.created_at < t.created_at
                AND m.id < t.id)
  FROM tokens t;
DROP TABLE tokens;
ALTER TABLE new_tokens RENAME TO tokens;

CREATE UNIQUE INDEX tokens_token ON tokens (token_hash);
CREATE INDEX        tokens_user  ON tokens (workspace_id, user_id, id);

-- Those of a maker that was revoked before end now.
UPDATE tokens
   SET revoked_at = (SELECT m.revoked_at FROM tokens m WHERE m.id = tokens.maker_id)
 WHERE revoked_at IS NULL
   AND maker_id IN (SELECT m.id FROM tokens m WHERE m.revoked_at IS NOT NULL);

-- What was sent of a quote, as it was then, and the links by which customers see and answer it. Of a link's secret only the hash
-- is kept. `accepted` is the content with the options that the customer chose.

CREATE TABLE quote_revisions (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    quote_id     INTEGER NOT NULL,
    revision     INTEGER NOT NULL,
    content      TEXT    NOT NULL,
    accepted     TEXT,
    created_at   TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, quote_id, revision),
    FOREIGN KEY (workspace_id, quote_id) REFERENCES quotes (workspace_id, id)
) STRICT;

CREATE TABLE quote_links (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    quote_id     INTEGER NOT NULL,
    revision     INTEGER NOT NULL,
    token_hash   TEXT    NOT NULL UNIQUE,
    expires_at   TEXT    NOT NULL,
    revoked_at   TEXT,
    seen_at      TEXT,
    last_seen_at TEXT,
    seen_count   INTEGER NOT NULL DEFAULT 0,
    created_by   INTEGER,
    created_at   TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, quote_id)   REFERENCES quotes (workspace_id, id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES users (workspace_id, id)
) STRICT;

CREATE INDEX quote_links_of_quote ON quote_links (workspace_id, quote_id, id);
CREATE INDEX quote_links_by_user  ON quote_links (workspace_id, created_by);

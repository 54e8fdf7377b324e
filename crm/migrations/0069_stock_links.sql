-- Links by which anybody sees the vehicles for sale. Of a link's secret only the hash is kept. `inquired_on` is the
-- last day (UTC) on which somebody inquired by it, `inquiries` how many did on that day.

CREATE TABLE stock_links (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    name         TEXT    NOT NULL,
    consent_text TEXT    NOT NULL,
    token_hash   TEXT    NOT NULL UNIQUE,
    revoked_at   TEXT,
    inquired_on  TEXT,
    inquiries    INTEGER NOT NULL DEFAULT 0,
    created_by   INTEGER,
    created_at   TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES users (workspace_id, id)
) STRICT;

CREATE INDEX stock_links_by_user ON stock_links (workspace_id, created_by);

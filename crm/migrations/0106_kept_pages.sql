-- The pages of a pull that is under way, sealed, as the platform answered them: a run after a kill goes on behind them.

CREATE TABLE campaign_source_pages (
    id             INTEGER PRIMARY KEY,
    workspace_id   INTEGER NOT NULL REFERENCES workspaces (id),
    source_id      INTEGER NOT NULL,
    source_version INTEGER NOT NULL,
    first_day      TEXT    NOT NULL,
    last_day       TEXT    NOT NULL,
    digest         TEXT    NOT NULL,
    content        BLOB    NOT NULL,
    kept_at        TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, source_id, digest),
    FOREIGN KEY (workspace_id, source_id) REFERENCES campaign_sources (workspace_id, id)
) STRICT;

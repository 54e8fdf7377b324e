-- Templates of quotes: what a new quote takes over, as JSON that is checked anew when a quote is made of it.

CREATE TABLE quote_templates (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    name         TEXT    NOT NULL,
    name_key     TEXT    NOT NULL,
    content      TEXT    NOT NULL,
    version      INTEGER NOT NULL DEFAULT 1,
    created_at   TEXT    NOT NULL,
    deleted_at   TEXT,
    UNIQUE (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX quote_templates_by_name ON quote_templates (workspace_id, name_key)   WHERE deleted_at IS NULL;
CREATE INDEX quote_templates_trash          ON quote_templates (workspace_id, deleted_at) WHERE deleted_at IS NOT NULL;

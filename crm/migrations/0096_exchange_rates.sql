-- What a workspace says that other currencies are worth: what campaigns cost in several is then told in one, too.

CREATE TABLE exchange_rates (
    workspace_id INTEGER NOT NULL PRIMARY KEY REFERENCES workspaces (id),
    currency     TEXT    NOT NULL,
    rates        TEXT    NOT NULL,
    version      INTEGER NOT NULL DEFAULT 1,
    updated_at   TEXT    NOT NULL
) STRICT;

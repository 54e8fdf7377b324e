-- Won leads that are told to advertising platforms: one job for each lead and connection, under an id that stays the same, by which the
-- platform drops what it is told again.

ALTER TABLE ad_connections ADD COLUMN looked_until TEXT;

CREATE TABLE ad_conversions (
    id            INTEGER PRIMARY KEY,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    connection_id INTEGER NOT NULL,
    lead_id       INTEGER NOT NULL,
    event_id      TEXT    NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('waiting', 'told', 'withheld', 'too_old', 'unknown', 'failed')),
    problem       TEXT,
    attempts      INTEGER NOT NULL DEFAULT 0,
    due_at        TEXT    NOT NULL,
    first_told_at TEXT,
    won_at        TEXT    NOT NULL,
    settled_at    TEXT,
    created_at    TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, connection_id, lead_id),
    FOREIGN KEY (workspace_id, connection_id) REFERENCES ad_connections (workspace_id, id),
    FOREIGN KEY (workspace_id, lead_id)       REFERENCES leads          (workspace_id, id)
) STRICT;

CREATE INDEX ad_conversions_of       ON ad_conversions (workspace_id, connection_id, id);
CREATE INDEX ad_conversions_in_state ON ad_conversions (workspace_id, connection_id, state, id);
CREATE INDEX ad_conversions_of_lead  ON ad_conversions (workspace_id, lead_id);
CREATE INDEX ad_conversions_due      ON ad_conversions (due_at, id) WHERE state = 'waiting';

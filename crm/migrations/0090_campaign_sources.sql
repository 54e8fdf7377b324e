-- Sources that the worker collects figures of campaigns from: accounts at platforms, with sealed credentials, and their runs.

CREATE TABLE campaign_sources (
    id                 INTEGER PRIMARY KEY,
    workspace_id       INTEGER NOT NULL REFERENCES workspaces (id),
    platform           TEXT    NOT NULL,
    name               TEXT    NOT NULL,
    account            TEXT,
    sealed_credentials BLOB    NOT NULL,
    options            TEXT    NOT NULL DEFAULT '{}',
    currency           TEXT,
    time_zone          TEXT    NOT NULL,
    lookback_days      INTEGER NOT NULL CHECK (lookback_days BETWEEN 3 AND 28),
    active             INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    collected_until    TEXT,
    due_at             TEXT    NOT NULL,
    lease              TEXT,
    lease_until        TEXT,
    attempts           INTEGER NOT NULL DEFAULT 0,
    state              TEXT    NOT NULL CHECK (state IN ('new', 'good', 'later', 'failed')),
    problem            TEXT,
    ran_at             TEXT,
    collected_at       TEXT,
    version            INTEGER NOT NULL DEFAULT 1,
    created_at         TEXT    NOT NULL,
    updated_at         TEXT    NOT NULL,
    deleted_at         TEXT,
    UNIQUE (workspace_id, id)
) STRICT;

CREATE INDEX campaign_sources_due ON campaign_sources (due_at, id) WHERE active = 1 AND deleted_at IS NULL;

CREATE TABLE campaign_source_runs (
    id             INTEGER PRIMARY KEY,
    workspace_id   INTEGER NOT NULL REFERENCES workspaces (id),
    source_id      INTEGER NOT NULL,
    outcome        TEXT    NOT NULL CHECK (outcome IN ('good', 'later', 'failed')),
    first_day      TEXT    NOT NULL,
    last_day       TEXT    NOT NULL,
    rows           INTEGER NOT NULL,
    new_rows       INTEGER NOT NULL,
    changed_rows   INTEGER NOT NULL,
    unchanged_rows INTEGER NOT NULL,
    problem        TEXT,
    began_at       TEXT    NOT NULL,
    ended_at       TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, source_id) REFERENCES campaign_sources (workspace_id, id)
) STRICT;

CREATE INDEX campaign_source_runs_of ON campaign_source_runs (workspace_id, source_id, id);

-- Connections to advertising platforms beside those for figures, with sealed credentials; and the leads that people leave in
-- forms on a platform. A delivery names a lead by its id alone: it is kept first, and the lead is fetched later.

CREATE TABLE ad_connections (
    id                 INTEGER PRIMARY KEY,
    workspace_id       INTEGER NOT NULL REFERENCES workspaces (id),
    purpose            TEXT    NOT NULL,
    name               TEXT    NOT NULL,
    account            TEXT    NOT NULL,
    sealed_credentials BLOB    NOT NULL,
    options            TEXT    NOT NULL DEFAULT '{}',
    form_id            INTEGER,
    consent_text       TEXT,
    active             INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    problem            TEXT,
    version            INTEGER NOT NULL DEFAULT 1,
    created_at         TEXT    NOT NULL,
    updated_at         TEXT    NOT NULL,
    deleted_at         TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, form_id) REFERENCES web_forms (workspace_id, id)
) STRICT;

CREATE INDEX ad_connections_of_form    ON ad_connections (workspace_id, form_id);
CREATE INDEX ad_connections_of_account ON ad_connections (account, purpose) WHERE deleted_at IS NULL;

CREATE TABLE lead_ad_arrivals (
    id            INTEGER PRIMARY KEY,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    connection_id INTEGER NOT NULL,
    leadgen_id    TEXT    NOT NULL,
    payload       TEXT    NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('waiting', 'failed', 'done')),
    problem       TEXT,
    attempts      INTEGER NOT NULL DEFAULT 0,
    due_at        TEXT    NOT NULL,
    submission_id INTEGER,
    received_at   TEXT    NOT NULL,
    settled_at    TEXT,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, leadgen_id),
    FOREIGN KEY (workspace_id, connection_id) REFERENCES ad_connections       (workspace_id, id),
    FOREIGN KEY (workspace_id, submission_id) REFERENCES web_form_submissions (workspace_id, id)
) STRICT;

CREATE INDEX lead_ad_arrivals_of            ON lead_ad_arrivals (workspace_id, connection_id, id);
CREATE INDEX lead_ad_arrivals_in_state      ON lead_ad_arrivals (workspace_id, connection_id, state, id);
CREATE INDEX lead_ad_arrivals_of_submission ON lead_ad_arrivals (workspace_id, submission_id);
CREATE INDEX lead_ad_arrivals_due           ON lead_ad_arrivals (due_at, id) WHERE state = 'waiting';

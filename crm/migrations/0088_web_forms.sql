-- Web forms: what a site asks its visitors, who gets the leads by turns, and each submission as it was sent.
-- A submission is kept before anything is made of it, so that no rule that fails later loses one.

CREATE TABLE web_forms (
    id            INTEGER PRIMARY KEY,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    token         TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL,
    heading       TEXT,
    intro         TEXT,
    asked         TEXT    NOT NULL,
    button        TEXT,
    consent_text  TEXT,
    thanks_text   TEXT,
    thanks_url    TEXT,
    pipeline_id   INTEGER,
    owner_ids     TEXT    NOT NULL,
    turns         INTEGER NOT NULL DEFAULT 0,
    sites         TEXT    NOT NULL,
    active        INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
    double_opt_in INTEGER NOT NULL DEFAULT 0 CHECK (double_opt_in IN (0, 1)),
    version       INTEGER NOT NULL DEFAULT 1,
    created_at    TEXT    NOT NULL,
    updated_at    TEXT    NOT NULL,
    deleted_at    TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, pipeline_id) REFERENCES pipelines (workspace_id, id)
) STRICT;

CREATE INDEX web_forms_of_pipeline ON web_forms (workspace_id, pipeline_id);

CREATE TABLE web_form_submissions (
    id            INTEGER PRIMARY KEY,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    form_id       INTEGER NOT NULL,
    sent_key      TEXT    NOT NULL,
    payload       TEXT    NOT NULL,
    consent_text  TEXT,
    state         TEXT    NOT NULL
                  CHECK (state IN ('unconfirmed', 'suspicious', 'waiting', 'failed', 'done', 'discarded')),
    reason        TEXT,
    attempts      INTEGER NOT NULL DEFAULT 0,
    due_at        TEXT    NOT NULL,
    lead_id       INTEGER,
    received_at   TEXT    NOT NULL,
    confirmed_at  TEXT,
    settled_at    TEXT,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, form_id, sent_key),
    FOREIGN KEY (workspace_id, form_id) REFERENCES web_forms (workspace_id, id),
    FOREIGN KEY (workspace_id, lead_id) REFERENCES leads (workspace_id, id)
) STRICT;

CREATE INDEX web_form_submissions_of       ON web_form_submissions (workspace_id, form_id, id);
CREATE INDEX web_form_submissions_in_state ON web_form_submissions (workspace_id, form_id, state, id);
CREATE INDEX web_form_submissions_of_lead  ON web_form_submissions (workspace_id, lead_id);
CREATE INDEX web_form_submissions_due      ON web_form_submissions (due_at, id) WHERE state = 'waiting';
CREATE INDEX web_form_submissions_over     ON web_form_submissions (settled_at, id) WHERE state = 'discarded';

CREATE TABLE web_form_mails (
    id            INTEGER PRIMARY KEY,
    workspace_id  INTEGER NOT NULL REFERENCES workspaces (id),
    web_form_id   INTEGER NOT NULL,
    submission_id INTEGER NOT NULL,
    recipient     TEXT    NOT NULL,
    subject       TEXT,
    text          TEXT,
    message_id    TEXT    NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed')),
    attempts      INTEGER NOT NULL,
    reason        TEXT,
    due_at        TEXT    NOT NULL,
    lease         TEXT,
    sent_at       TEXT,
    created_by    INTEGER,
    created_at    TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, web_form_id)   REFERENCES web_forms            (workspace_id, id),
    FOREIGN KEY (workspace_id, submission_id) REFERENCES web_form_submissions (workspace_id, id),
    FOREIGN KEY (workspace_id, created_by)    REFERENCES users                (workspace_id, id)
) STRICT;

CREATE INDEX web_form_mails_of_form ON web_form_mails (workspace_id, web_form_id, id);
CREATE INDEX web_form_mails_of      ON web_form_mails (workspace_id, submission_id);
CREATE INDEX web_form_mails_by_user ON web_form_mails (workspace_id, created_by);
CREATE INDEX web_form_mails_due     ON web_form_mails (due_at, id) WHERE state IN ('queued', 'sending');
CREATE INDEX web_form_mails_failed  ON web_form_mails (id) WHERE state = 'failed';

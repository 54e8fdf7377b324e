-- Quotes sent by e-mail, with what the worker needs to send them again after a failure. The secret of the link is in none of them:
-- it is made for each attempt. What an accepted quote becomes is said by the company.

CREATE TABLE quote_mails (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    quote_id     INTEGER NOT NULL,
    revision     INTEGER NOT NULL,
    recipient    TEXT    NOT NULL,
    subject      TEXT,
    text         TEXT,
    days         INTEGER NOT NULL,
    message_id   TEXT    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed')),
    attempts     INTEGER NOT NULL,
    reason       TEXT,
    due_at       TEXT    NOT NULL,
    lease        TEXT,
    sent_at      TEXT,
    created_by   INTEGER,
    created_at   TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, quote_id)   REFERENCES quotes (workspace_id, id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES users (workspace_id, id)
) STRICT;

CREATE INDEX quote_mails_of_quote ON quote_mails (workspace_id, quote_id, id);
CREATE INDEX quote_mails_by_user  ON quote_mails (workspace_id, created_by);
CREATE INDEX quote_mails_due      ON quote_mails (due_at, id) WHERE state IN ('queued', 'sending');

ALTER TABLE company_profiles ADD COLUMN after_acceptance TEXT NOT NULL DEFAULT 'deal'
    CHECK (after_acceptance IN ('nothing', 'deal', 'invoice'));

-- Invoices and reminders sent by e-mail, with what the worker needs to send them again after a failure. `level` is that of the reminder,
-- or 0 for the invoice itself. Reports add up issued invoices day by day.

CREATE TABLE invoice_mails (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    invoice_id   INTEGER NOT NULL,
    level        INTEGER NOT NULL CHECK (level BETWEEN 0 AND 3),
    recipient    TEXT    NOT NULL,
    subject      TEXT,
    text         TEXT,
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
    FOREIGN KEY (workspace_id, invoice_id) REFERENCES invoices (workspace_id, id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES users (workspace_id, id)
) STRICT;

CREATE INDEX invoice_mails_of_invoice ON invoice_mails (workspace_id, invoice_id, id);
CREATE INDEX invoice_mails_by_user    ON invoice_mails (workspace_id, created_by);
CREATE INDEX invoice_mails_due        ON invoice_mails (due_at, id) WHERE state IN ('queued', 'sending');
CREATE INDEX invoice_mails_failed     ON invoice_mails (id)         WHERE state = 'failed';
CREATE INDEX invoices_by_day          ON invoices (workspace_id, issued_on, currency)
                                   WHERE deleted_at IS NULL AND issued_on IS NOT NULL;

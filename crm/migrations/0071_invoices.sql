-- Invoices and credit notes. A draft has no number: `name` is its number once it is issued, else # and its id. `lines` are JSON: they
-- are read with their invoice alone, and stay as they were issued. `content` is what its PDF file shows, `parties` who sells and who
-- buys, both as they were when it was issued. A credit note is only ever issued. `deductions` are the deposits and parts that a final invoice takes off.
-- Of an issued one `open_minor` is what is still to be paid: its total less deductions, payments and credit notes; below 0 it is owed to
-- the client. Payments that were entered wrong stay, with the moment they were taken back.

CREATE TABLE invoices (
    id                 INTEGER PRIMARY KEY,
    workspace_id       INTEGER NOT NULL REFERENCES workspaces (id),
    type               TEXT    NOT NULL CHECK (type IN ('invoice', 'deposit', 'part', 'final', 'credit_note')),
    state              TEXT    NOT NULL CHECK (state IN ('draft', 'open', 'partly_paid', 'paid', 'credited', 'issued')),
    invoice_number     TEXT,
    name               TEXT    NOT NULL DEFAULT '',
    name_key           TEXT    NOT NULL DEFAULT '',
    title              TEXT,
    title_key          TEXT    NOT NULL DEFAULT '',
    client_id          INTEGER,
    quote_id           INTEGER,
    deal_id            INTEGER,
    corrects_id        INTEGER,
    owner_id           INTEGER,
    currency           TEXT    NOT NULL,
    language           TEXT    NOT NULL,
    delivered_on       TEXT,
    delivered_until    TEXT,
    payment_days       INTEGER NOT NULL,
    buyer_vat_id       TEXT,
    buyer_reference    TEXT,
    issued_on          TEXT,
    due_on             TEXT,
    issued_at          TEXT,
    prices_include_tax INTEGER NOT NULL DEFAULT 0,
    header             TEXT,
    footer             TEXT,
    discount           INTEGER NOT NULL DEFAULT 0,
    discount_minor     INTEGER NOT NULL DEFAULT 0,
    lines              TEXT    NOT NULL,
    deductions         TEXT    NOT NULL DEFAULT '[]',
    total_minor        INTEGER NOT NULL,
    net_minor          INTEGER NOT NULL,
    tax_minor          INTEGER NOT NULL,
    deducted_minor     INTEGER NOT NULL DEFAULT 0,
    paid_minor         INTEGER NOT NULL DEFAULT 0,
    credited_minor     INTEGER NOT NULL DEFAULT 0,
    open_minor         INTEGER NOT NULL DEFAULT 0,
    reminder_level     INTEGER NOT NULL DEFAULT 0,
    reminded_at        TEXT,
    content            TEXT,
    parties            TEXT,
    client_key         TEXT    NOT NULL DEFAULT '',
    sought             TEXT    NOT NULL DEFAULT '',
    joined             TEXT    NOT NULL DEFAULT '',
    version            INTEGER NOT NULL DEFAULT 1,
    created_at         TEXT    NOT NULL,
    updated_at         TEXT    NOT NULL,
    deleted_at         TEXT,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, invoice_number),
    FOREIGN KEY (workspace_id, client_id)   REFERENCES clients (workspace_id, id),
    FOREIGN KEY (workspace_id, quote_id)    REFERENCES quotes (workspace_id, id),
    FOREIGN KEY (workspace_id, deal_id)     REFERENCES deals (workspace_id, id),
    FOREIGN KEY (workspace_id, corrects_id) REFERENCES invoices (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id)    REFERENCES users (workspace_id, id),
    CHECK ((state = 'draft') = (invoice_number IS NULL)),
    CHECK ((state = 'draft') = (issued_on IS NULL)),
    CHECK (state = 'draft' OR deleted_at IS NULL)
) STRICT;

CREATE INDEX invoices_live        ON invoices (workspace_id)                WHERE deleted_at IS NULL;
CREATE INDEX invoices_by_name     ON invoices (workspace_id, name_key)      WHERE deleted_at IS NULL;
CREATE INDEX invoices_by_title    ON invoices (workspace_id, title_key)     WHERE deleted_at IS NULL;
CREATE INDEX invoices_by_total    ON invoices (workspace_id, total_minor)   WHERE deleted_at IS NULL;
CREATE INDEX invoices_by_open     ON invoices (workspace_id, open_minor)    WHERE deleted_at IS NULL;
CREATE INDEX invoices_by_state    ON invoices (workspace_id, state)         WHERE deleted_at IS NULL;
CREATE INDEX invoices_by_issue    ON invoices (workspace_id, issued_on)     WHERE deleted_at IS NULL;
CREATE INDEX invoices_by_due      ON invoices (workspace_id, due_on)        WHERE deleted_at IS NULL;
CREATE INDEX invoices_unpaid      ON invoices (workspace_id, due_on)        WHERE deleted_at IS NULL
                                                                              AND state IN ('open', 'partly_paid');
CREATE INDEX invoices_by_client   ON invoices (workspace_id, client_id)     WHERE deleted_at IS NULL;
CREATE INDEX invoices_by_quote    ON invoices (workspace_id, quote_id)      WHERE deleted_at IS NULL;
CREATE INDEX invoices_by_deal     ON invoices (workspace_id, deal_id)       WHERE deleted_at IS NULL;
CREATE INDEX invoices_by_owner    ON invoices (workspace_id, owner_id)      WHERE deleted_at IS NULL;
CREATE INDEX invoices_by_currency ON invoices (workspace_id, currency)      WHERE deleted_at IS NULL;
CREATE INDEX invoices_by_type     ON invoices (workspace_id, type)          WHERE deleted_at IS NULL;
CREATE INDEX invoices_by_creation ON invoices (workspace_id, created_at)    WHERE deleted_at IS NULL;
CREATE INDEX invoices_by_update   ON invoices (workspace_id, updated_at)    WHERE deleted_at IS NULL;
CREATE INDEX invoices_trash       ON invoices (workspace_id, deleted_at)    WHERE deleted_at IS NOT NULL;
CREATE INDEX invoices_corrections ON invoices (workspace_id, corrects_id)   WHERE corrects_id IS NOT NULL;

CREATE VIRTUAL TABLE invoices_search USING fts5 (
    grams, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_'"
);

CREATE TABLE invoice_payments (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    invoice_id   INTEGER NOT NULL,
    amount_minor INTEGER NOT NULL,
    paid_on      TEXT    NOT NULL,
    method       TEXT,
    note         TEXT,
    taken_back_at TEXT,
    created_by   INTEGER,
    created_at   TEXT    NOT NULL,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, invoice_id) REFERENCES invoices (workspace_id, id),
    FOREIGN KEY (workspace_id, created_by) REFERENCES users (workspace_id, id)
) STRICT;

CREATE INDEX invoice_payments_of_invoice ON invoice_payments (workspace_id, invoice_id, id);
CREATE INDEX invoice_payments_by_user    ON invoice_payments (workspace_id, created_by);

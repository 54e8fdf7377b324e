-- Quotes and their lines. Quantities, rates and percents are whole ten-thousandths, as all amounts are. A line's `place` is
-- its place in the quote. `number_key` orders the numbers, `sought` and `joined` have what a search finds.

CREATE TABLE quotes (
    id                 INTEGER PRIMARY KEY,
    workspace_id       INTEGER NOT NULL REFERENCES workspaces (id),
    quote_number       TEXT    NOT NULL,
    number_key         TEXT    NOT NULL,
    title              TEXT,
    title_key          TEXT    NOT NULL DEFAULT '',
    client_id          INTEGER,
    lead_id            INTEGER,
    owner_id           INTEGER,
    state              TEXT    NOT NULL CHECK (state IN ('draft', 'sent', 'accepted', 'declined')),
    currency           TEXT    NOT NULL,
    language           TEXT    NOT NULL,
    valid_until        TEXT,
    prices_include_tax INTEGER NOT NULL DEFAULT 0,
    header             TEXT,
    footer             TEXT,
    discount           INTEGER NOT NULL DEFAULT 0,
    discount_minor     INTEGER NOT NULL DEFAULT 0,
    total_minor        INTEGER NOT NULL,
    net_minor          INTEGER NOT NULL,
    tax_minor          INTEGER NOT NULL,
    revision           INTEGER NOT NULL DEFAULT 1,
    sent_at            TEXT,
    answered_at        TEXT,
    answered_by        TEXT,
    answer             TEXT,
    client_key         TEXT    NOT NULL,
    sought             TEXT    NOT NULL,
    joined             TEXT    NOT NULL,
    version            INTEGER NOT NULL DEFAULT 1,
    created_at         TEXT    NOT NULL,
    updated_at         TEXT    NOT NULL,
    deleted_at         TEXT,
    erased_at          TEXT,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, quote_number),
    FOREIGN KEY (workspace_id, client_id) REFERENCES clients (workspace_id, id),
    FOREIGN KEY (workspace_id, lead_id)   REFERENCES leads (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id)  REFERENCES users (workspace_id, id)
) STRICT;

CREATE INDEX quotes_live        ON quotes (workspace_id)                            WHERE deleted_at IS NULL;
CREATE INDEX quotes_by_number   ON quotes (workspace_id, number_key)                WHERE deleted_at IS NULL;
CREATE INDEX quotes_by_title    ON quotes (workspace_id, title_key)                 WHERE deleted_at IS NULL;
CREATE INDEX quotes_by_total    ON quotes (workspace_id, total_minor)               WHERE deleted_at IS NULL;
CREATE INDEX quotes_by_state    ON quotes (workspace_id, state)                     WHERE deleted_at IS NULL;
CREATE INDEX quotes_by_validity ON quotes (workspace_id, valid_until)               WHERE deleted_at IS NULL;
CREATE INDEX quotes_by_client   ON quotes (workspace_id, client_id)                 WHERE deleted_at IS NULL;
CREATE INDEX quotes_by_lead     ON quotes (workspace_id, lead_id)                   WHERE deleted_at IS NULL;
CREATE INDEX quotes_by_owner    ON quotes (workspace_id, owner_id)                  WHERE deleted_at IS NULL;
CREATE INDEX quotes_by_currency ON quotes (workspace_id, currency)                  WHERE deleted_at IS NULL;
CREATE INDEX quotes_by_creation ON quotes (workspace_id, created_at)                WHERE deleted_at IS NULL;
CREATE INDEX quotes_by_update   ON quotes (workspace_id, updated_at)                WHERE deleted_at IS NULL;
CREATE INDEX quotes_trash       ON quotes (workspace_id, deleted_at)                WHERE deleted_at IS NOT NULL;

CREATE VIRTUAL TABLE quotes_search USING fts5 (
    grams, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_'"
);

CREATE TABLE quote_lines (
    workspace_id     INTEGER NOT NULL REFERENCES workspaces (id),
    quote_id         INTEGER NOT NULL,
    place            INTEGER NOT NULL,
    kind             TEXT    NOT NULL CHECK (kind IN ('item', 'section', 'text')),
    title            TEXT,
    details          TEXT,
    quantity         INTEGER NOT NULL,
    unit             TEXT,
    unit_price_minor INTEGER NOT NULL,
    tax_rate         INTEGER NOT NULL,
    discount         INTEGER NOT NULL,
    discount_minor   INTEGER NOT NULL,
    is_optional      INTEGER NOT NULL,
    is_alternative   INTEGER NOT NULL,
    is_chosen        INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, quote_id, place),
    FOREIGN KEY (workspace_id, quote_id) REFERENCES quotes (workspace_id, id)
) STRICT, WITHOUT ROWID;

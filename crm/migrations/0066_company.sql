-- Who issues quotes and invoices, one row for each workspace that filled it in, and its logos. A document that was sent names its
-- logo by the digest, so a logo stays when another one follows.

CREATE TABLE company_profiles (
    id             INTEGER PRIMARY KEY,
    workspace_id   INTEGER NOT NULL REFERENCES workspaces (id),
    legal_name     TEXT,
    street         TEXT,
    postal_code    TEXT,
    city           TEXT,
    region         TEXT,
    country        TEXT,
    email          TEXT,
    phone          TEXT,
    website        TEXT,
    tax_number     TEXT,
    vat_id         TEXT,
    registration   TEXT,
    iban           TEXT,
    bic            TEXT,
    small_business INTEGER NOT NULL DEFAULT 0 CHECK (small_business IN (0, 1)),
    colour         TEXT,
    logo           TEXT,
    version        INTEGER NOT NULL DEFAULT 1,
    created_at     TEXT    NOT NULL,
    updated_at     TEXT    NOT NULL,
    UNIQUE (workspace_id),
    UNIQUE (workspace_id, id)
) STRICT;

CREATE TABLE company_logos (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    digest       TEXT    NOT NULL,
    content      BLOB    NOT NULL,
    created_at   TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, digest)
) STRICT;

CREATE TABLE clients (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    kind         TEXT    NOT NULL CHECK (kind IN ('person', 'company')),
    name         TEXT    NOT NULL,
    name_key     TEXT    NOT NULL,
    email        TEXT,
    email_key    TEXT,
    phone        TEXT,
    company_id   INTEGER,
    website      TEXT,
    address      TEXT,
    city         TEXT,
    country      TEXT,
    status       TEXT    NOT NULL CHECK (status IN ('active', 'inactive', 'prospect')),
    source       TEXT,
    owner_id     INTEGER,
    notes        TEXT,
    picture_id   INTEGER,
    version      INTEGER NOT NULL DEFAULT 1,
    created_at   TEXT    NOT NULL,
    updated_at   TEXT    NOT NULL,
    deleted_at   TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, company_id) REFERENCES clients (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id)   REFERENCES users (workspace_id, id),
    FOREIGN KEY (workspace_id, picture_id) REFERENCES files (workspace_id, id)
) STRICT;

-- Each index ends in the row's id, which is the order of creation: every filter serves the newest first.
CREATE INDEX clients_live       ON clients (workspace_id)             WHERE deleted_at IS NULL;
CREATE INDEX clients_by_name    ON clients (workspace_id, name_key)   WHERE deleted_at IS NULL;
CREATE INDEX clients_by_update  ON clients (workspace_id, updated_at) WHERE deleted_at IS NULL;
CREATE INDEX clients_by_status  ON clients (workspace_id, status)     WHERE deleted_at IS NULL;
CREATE INDEX clients_by_kind    ON clients (workspace_id, kind)       WHERE deleted_at IS NULL;
CREATE INDEX clients_by_owner   ON clients (workspace_id, owner_id)   WHERE deleted_at IS NULL;
CREATE INDEX clients_by_company ON clients (workspace_id, company_id) WHERE deleted_at IS NULL;
CREATE INDEX clients_by_city    ON clients (workspace_id, city)       WHERE deleted_at IS NULL;
CREATE INDEX clients_by_country ON clients (workspace_id, country)    WHERE deleted_at IS NULL;
CREATE INDEX clients_by_source  ON clients (workspace_id, source)     WHERE deleted_at IS NULL;
CREATE INDEX clients_by_email   ON clients (workspace_id, email_key)  WHERE deleted_at IS NULL;
CREATE INDEX clients_by_phone   ON clients (workspace_id, phone)      WHERE deleted_at IS NULL;
CREATE INDEX clients_trash      ON clients (workspace_id, deleted_at) WHERE deleted_at IS NOT NULL;

-- Grams of the live clients' names, e-mail addresses and phone numbers; see crm/db/fulltext.py.
CREATE VIRTUAL TABLE clients_search USING fts5 (
    grams, content = '', contentless_delete = 1, detail = none, tokenize = "ascii tokenchars '_'"
);

CREATE TABLE tags (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    name         TEXT    NOT NULL,
    name_key     TEXT    NOT NULL,
    created_at   TEXT    NOT NULL,
    UNIQUE (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX tags_name ON tags (workspace_id, name_key);

CREATE TABLE client_tags (
    workspace_id INTEGER NOT NULL,
    tag_id       INTEGER NOT NULL,
    client_id    INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, tag_id, client_id),
    FOREIGN KEY (workspace_id, tag_id)    REFERENCES tags (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id) REFERENCES clients (workspace_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX client_tags_client ON client_tags (workspace_id, client_id, tag_id);

CREATE TABLE files (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    client_id    INTEGER NOT NULL,
    purpose      TEXT    NOT NULL CHECK (purpose IN ('attachment', 'picture')),
    name         TEXT    NOT NULL,
    media_type   TEXT    NOT NULL,
    size         INTEGER NOT NULL,
    sha256       TEXT    NOT NULL,
    stored_name  TEXT    NOT NULL,
    width        INTEGER,
    height       INTEGER,
    uploaded_by  INTEGER,
    version      INTEGER NOT NULL DEFAULT 1,
    created_at   TEXT    NOT NULL,
    updated_at   TEXT    NOT NULL,
    deleted_at   TEXT,
    purged_at    TEXT,
    UNIQUE (workspace_id, id),
    FOREIGN KEY (workspace_id, client_id)   REFERENCES clients (workspace_id, id),
    FOREIGN KEY (workspace_id, uploaded_by) REFERENCES users (workspace_id, id)
) STRICT;

CREATE UNIQUE INDEX files_stored ON files (stored_name);
CREATE INDEX        files_live   ON files (workspace_id, purpose) WHERE deleted_at IS NULL;
CREATE INDEX        files_client ON files (workspace_id, client_id, purpose) WHERE deleted_at IS NULL;
CREATE INDEX        files_trash  ON files (workspace_id, client_id, purpose) WHERE deleted_at IS NOT NULL;
CREATE INDEX        files_purge  ON files (deleted_at) WHERE deleted_at IS NOT NULL AND purged_at IS NULL;

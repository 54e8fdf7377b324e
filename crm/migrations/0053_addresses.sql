-- The further addresses of clients, as their further e-mail addresses; the main one stays in the row of the client. And what
-- people say of a person: job title, and birthday, whose year may be missing.

ALTER TABLE clients ADD COLUMN job_title TEXT;
ALTER TABLE clients ADD COLUMN birthday TEXT;
ALTER TABLE clients ADD COLUMN address_label TEXT;
ALTER TABLE clients ADD COLUMN postal_code TEXT;
ALTER TABLE clients ADD COLUMN region TEXT;

CREATE TABLE client_addresses (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    client_id    INTEGER NOT NULL,
    place        INTEGER NOT NULL,
    label        TEXT,
    street       TEXT,
    postal_code  TEXT,
    city         TEXT,
    region       TEXT,
    country      TEXT,
    PRIMARY KEY (workspace_id, client_id, place),
    FOREIGN KEY (workspace_id, client_id) REFERENCES clients (workspace_id, id)
) STRICT, WITHOUT ROWID;

-- A search finds clients by their address too.
INSERT INTO search_rebuilds (workspace_id, subject, last_id)
SELECT workspace_id, 'clients', max(id) FROM clients WHERE address IS NOT NULL OR city IS NOT NULL GROUP BY workspace_id
    ON CONFLICT (workspace_id, subject) DO UPDATE SET next_id = 1, last_id = excluded.last_id;

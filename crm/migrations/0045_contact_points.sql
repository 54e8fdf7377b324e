-- The further e-mail addresses and phone numbers of clients. The main ones stay in the row of the client, so that a client
-- with one of each is one row, as before; here are those after them, in the order in which people see them.

ALTER TABLE clients ADD COLUMN email_label TEXT;
ALTER TABLE clients ADD COLUMN phone_label TEXT;

CREATE TABLE client_contact_points (
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    client_id    INTEGER NOT NULL,
    form         TEXT    NOT NULL CHECK (form IN ('email', 'phone')),
    place        INTEGER NOT NULL,
    value        TEXT    NOT NULL,
    label        TEXT,
    PRIMARY KEY (workspace_id, client_id, form, place),
    FOREIGN KEY (workspace_id, client_id) REFERENCES clients (workspace_id, id)
) STRICT, WITHOUT ROWID;

-- Who has this address or number: an address is stored in its one form, a number is asked for in all its spellings.
CREATE INDEX client_contact_points_value ON client_contact_points (workspace_id, value, client_id);

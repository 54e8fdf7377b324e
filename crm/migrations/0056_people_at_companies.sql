-- The further companies of a person, each with the role that they have there. The main one stays in the row of the client, as
-- with e-mail addresses; here are those after it, in the order in which people see them.

ALTER TABLE clients ADD COLUMN company_role TEXT;

CREATE TABLE client_companies (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    client_id    INTEGER NOT NULL,
    company_id   INTEGER NOT NULL,
    place        INTEGER NOT NULL,
    role         TEXT,
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, client_id, company_id),
    CHECK (client_id <> company_id),
    FOREIGN KEY (workspace_id, client_id)  REFERENCES clients (workspace_id, id),
    FOREIGN KEY (workspace_id, company_id) REFERENCES clients (workspace_id, id)
) STRICT;

CREATE INDEX client_companies_people ON client_companies (workspace_id, company_id, client_id);

-- Who belongs to a company is asked for in the trash, too.
CREATE INDEX clients_deleted_of_company ON clients (workspace_id, company_id) WHERE deleted_at IS NOT NULL;

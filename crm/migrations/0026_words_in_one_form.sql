-- Names, tags, cities and sources are found in each of their spellings: see crm/word_forms.py.
-- What only the program can make of old rows the worker does little by little, row by row of `search_rebuilds`; until
-- then they are found by what found them before.

CREATE TABLE search_rebuilds (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces (id),
    subject      TEXT    NOT NULL CHECK (subject IN ('tags', 'clients', 'leads', 'conversations', 'messages')),
    next_id      INTEGER NOT NULL DEFAULT 1,
    last_id      INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX search_rebuilds_subject ON search_rebuilds (workspace_id, subject);

INSERT INTO search_rebuilds (workspace_id, subject, last_id)
SELECT workspace_id, 'tags',    max(id) FROM tags    GROUP BY workspace_id UNION ALL
SELECT workspace_id, 'clients', max(id) FROM clients GROUP BY workspace_id UNION ALL
SELECT workspace_id, 'leads',   max(id) FROM leads   GROUP BY workspace_id;

-- `sought` holds the words of a record in their one form, `joined` what they are when written together.
ALTER TABLE clients ADD COLUMN sought     TEXT NOT NULL DEFAULT '';
ALTER TABLE clients ADD COLUMN joined     TEXT NOT NULL DEFAULT '';
ALTER TABLE clients ADD COLUMN city_key   TEXT;
ALTER TABLE clients ADD COLUMN source_key TEXT;
ALTER TABLE leads   ADD COLUMN sought     TEXT NOT NULL DEFAULT '';
ALTER TABLE leads   ADD COLUMN joined     TEXT NOT NULL DEFAULT '';
ALTER TABLE leads   ADD COLUMN source_key TEXT;
ALTER TABLE tags    ADD COLUMN form       TEXT NOT NULL DEFAULT '';

-- Two e-mail addresses are one where mail treats them as one: marks and dots tell them apart.
UPDATE clients
   SET sought     = CASE WHEN email_key <> email THEN email_key ELSE '' END,
       email_key  = email,
       city_key   = city,
       source_key = source
 WHERE email_key <> email OR city IS NOT NULL OR source IS NOT NULL;

UPDATE leads SET source_key = source WHERE source IS NOT NULL;
UPDATE tags  SET form = name_key;

DROP INDEX clients_by_city;
DROP INDEX clients_by_source;
DROP INDEX leads_by_source;
CREATE INDEX clients_by_city   ON clients (workspace_id, city_key)   WHERE deleted_at IS NULL;
CREATE INDEX clients_by_source ON clients (workspace_id, source_key) WHERE deleted_at IS NULL;
CREATE INDEX leads_by_source   ON leads   (workspace_id, source_key) WHERE deleted_at IS NULL;
CREATE INDEX tags_form         ON tags    (workspace_id, form);

-- Every order of a list walks along an index: those by the first tag and by the client's name have it in the row itself.
-- What people ask for together, a filter in an order, has an index of its own; a stage and a pipeline have theirs by id.

ALTER TABLE clients ADD COLUMN first_tag TEXT;
ALTER TABLE leads   ADD COLUMN first_tag TEXT;
ALTER TABLE leads   ADD COLUMN client_key TEXT NOT NULL DEFAULT '';

UPDATE clients
   SET first_tag = (SELECT min(t.name_key)
                      FROM record_tags b
                      JOIN tags t ON t.workspace_id = b.workspace_id AND t.id = b.tag_id
                     WHERE b.workspace_id = clients.workspace_id AND b.subject = 'client' AND b.subject_id = clients.id)
 WHERE id IN (SELECT subject_id FROM record_tags WHERE subject = 'client');
UPDATE leads
   SET first_tag = (SELECT min(t.name_key)
                      FROM record_tags b
                      JOIN tags t ON t.workspace_id = b.workspace_id AND t.id = b.tag_id
                     WHERE b.workspace_id = leads.workspace_id AND b.subject = 'lead' AND b.subject_id = leads.id)
 WHERE id IN (SELECT subject_id FROM record_tags WHERE subject = 'lead');
UPDATE leads
   SET client_key = (SELECT c.name_key FROM clients c WHERE c.workspace_id = leads.workspace_id AND c.id = leads.client_id)
 WHERE client_id IS NOT NULL;

CREATE INDEX clients_by_tag          ON clients (workspace_id, first_tag)            WHERE deleted_at IS NULL;
CREATE INDEX clients_country_by_name ON clients (workspace_id, country, name_key)    WHERE deleted_at IS NULL;
CREATE INDEX clients_city_by_name    ON clients (workspace_id, city_key, name_key)   WHERE deleted_at IS NULL;
CREATE INDEX clients_owner_by_name   ON clients (workspace_id, owner_id, name_key)   WHERE deleted_at IS NULL;
CREATE INDEX clients_status_by_name  ON clients (workspace_id, status, name_key)     WHERE deleted_at IS NULL;

CREATE INDEX leads_by_tag            ON leads (workspace_id, first_tag)              WHERE deleted_at IS NULL;
CREATE INDEX leads_by_client_name    ON leads (workspace_id, client_key)             WHERE deleted_at IS NULL;
CREATE INDEX leads_by_stage          ON leads (workspace_id, stage_id)               WHERE deleted_at IS NULL;
CREATE INDEX leads_by_pipeline       ON leads (workspace_id, pipeline_id)            WHERE deleted_at IS NULL;
CREATE INDEX leads_owner_by_value    ON leads (workspace_id, owner_id, value_minor)  WHERE deleted_at IS NULL;
CREATE INDEX leads_status_by_value   ON leads (workspace_id, status, value_minor)    WHERE deleted_at IS NULL;
CREATE INDEX leads_open_by_value     ON leads (workspace_id, value_minor)            WHERE deleted_at IS NULL AND closed_at IS NULL;
CREATE INDEX leads_still_open        ON leads (workspace_id)                         WHERE deleted_at IS NULL AND closed_at IS NULL;
CREATE INDEX leads_closed_in_order   ON leads (workspace_id, closed_at)              WHERE deleted_at IS NULL AND closed_at IS NOT NULL;

-- A search finds clients by the names of the companies that they belong to.
INSERT INTO search_rebuilds (workspace_id, subject, last_id)
SELECT workspace_id, 'clients', max(id)
  FROM clients c
 WHERE c.company_id IS NOT NULL
    OR EXISTS (SELECT 1 FROM client_companies f WHERE f.workspace_id = c.workspace_id AND f.client_id = c.id)
 GROUP BY workspace_id
    ON CONFLICT (workspace_id, subject) DO UPDATE SET next_id = 1, last_id = excluded.last_id;

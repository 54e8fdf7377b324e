-- Records are found by their own long texts, too. The worker puts those of before into the search.
INSERT INTO search_rebuilds (workspace_id, subject, last_id)
SELECT workspace_id, 'clients', max(id) FROM clients WHERE notes IS NOT NULL GROUP BY workspace_id
    ON CONFLICT (workspace_id, subject) DO UPDATE SET next_id = 1, last_id = excluded.last_id;
INSERT INTO search_rebuilds (workspace_id, subject, last_id)
SELECT workspace_id, 'leads', max(id) FROM leads WHERE details IS NOT NULL GROUP BY workspace_id
    ON CONFLICT (workspace_id, subject) DO UPDATE SET next_id = 1, last_id = excluded.last_id;
INSERT INTO search_rebuilds (workspace_id, subject, last_id)
SELECT workspace_id, 'vehicles', max(id) FROM vehicles WHERE description IS NOT NULL OR notes IS NOT NULL GROUP BY workspace_id
    ON CONFLICT (workspace_id, subject) DO UPDATE SET next_id = 1, last_id = excluded.last_id;
INSERT INTO search_rebuilds (workspace_id, subject, last_id)
SELECT workspace_id, 'products', max(id) FROM products WHERE description IS NOT NULL GROUP BY workspace_id
    ON CONFLICT (workspace_id, subject) DO UPDATE SET next_id = 1, last_id = excluded.last_id;
INSERT INTO search_rebuilds (workspace_id, subject, last_id)
SELECT workspace_id, 'campaigns', max(id) FROM campaigns WHERE description IS NOT NULL GROUP BY workspace_id
    ON CONFLICT (workspace_id, subject) DO UPDATE SET next_id = 1, last_id = excluded.last_id;
INSERT INTO search_rebuilds (workspace_id, subject, last_id)
SELECT workspace_id, 'deals', max(id) FROM deals WHERE notes IS NOT NULL GROUP BY workspace_id
    ON CONFLICT (workspace_id, subject) DO UPDATE SET next_id = 1, last_id = excluded.last_id;
INSERT INTO search_rebuilds (workspace_id, subject, last_id)
SELECT workspace_id, 'quotes', max(id) FROM quotes WHERE header IS NOT NULL OR footer IS NOT NULL GROUP BY workspace_id
    ON CONFLICT (workspace_id, subject) DO UPDATE SET next_id = 1, last_id = excluded.last_id;
INSERT INTO search_rebuilds (workspace_id, subject, last_id)
SELECT workspace_id, 'invoices', max(id) FROM invoices WHERE header IS NOT NULL OR footer IS NOT NULL GROUP BY workspace_id
    ON CONFLICT (workspace_id, subject) DO UPDATE SET next_id = 1, last_id = excluded.last_id;

-- Long kana vowels, and the forms of Chinese and Japanese characters, are one; so are two vowels that meet where a name
-- is written together: see crm/word_forms.py. As with 0026 the worker makes the forms of old rows anew; until it has
-- come to them, tags, cities and sources whose form changes are found as they were typed.

INSERT INTO search_rebuilds (workspace_id, subject, last_id)
SELECT workspace_id, 'tags', max(id) FROM tags WHERE true GROUP BY workspace_id
    ON CONFLICT (workspace_id, subject) DO UPDATE SET next_id = 1, last_id = excluded.last_id;

INSERT INTO search_rebuilds (workspace_id, subject, last_id)
SELECT workspace_id, 'clients', max(id) FROM clients WHERE true GROUP BY workspace_id
    ON CONFLICT (workspace_id, subject) DO UPDATE SET next_id = 1, last_id = excluded.last_id;

INSERT INTO search_rebuilds (workspace_id, subject, last_id)
SELECT workspace_id, 'leads', max(id) FROM leads WHERE true GROUP BY workspace_id
    ON CONFLICT (workspace_id, subject) DO UPDATE SET next_id = 1, last_id = excluded.last_id;

INSERT INTO search_rebuilds (workspace_id, subject, last_id)
SELECT workspace_id, 'conversations', max(id) FROM conversations WHERE true GROUP BY workspace_id
    ON CONFLICT (workspace_id, subject) DO UPDATE SET next_id = 1, last_id = excluded.last_id;

INSERT INTO search_rebuilds (workspace_id, subject, last_id)
SELECT workspace_id, 'messages', max(id) FROM messages WHERE true GROUP BY workspace_id
    ON CONFLICT (workspace_id, subject) DO UPDATE SET next_id = 1, last_id = excluded.last_id;

UPDATE tags SET form = name_key WHERE name GLOB '*[^ -ɏ]*' OR name GLOB '*[^a-zA-Z0-9][aeAEÀ-ɏ]*';
UPDATE clients SET city_key = city WHERE city GLOB '*[^ -ɏ]*' OR city GLOB '*[^a-zA-Z0-9][aeAEÀ-ɏ]*';
UPDATE clients SET source_key = source WHERE source GLOB '*[^ -ɏ]*' OR source GLOB '*[^a-zA-Z0-9][aeAEÀ-ɏ]*';
UPDATE leads SET source_key = source WHERE source GLOB '*[^ -ɏ]*' OR source GLOB '*[^a-zA-Z0-9][aeAEÀ-ɏ]*';

-- Lists of deals in the order of their vehicles' names.
ALTER TABLE deals ADD COLUMN vehicle_key TEXT NOT NULL DEFAULT '';

UPDATE deals
   SET vehicle_key = COALESCE((SELECT v.name_key
                                 FROM vehicles v
                                WHERE v.workspace_id = deals.workspace_id
                                  AND v.id = deals.vehicle_id), '');

CREATE INDEX deals_by_vehicle_name ON deals (workspace_id, vehicle_key) WHERE deleted_at IS NULL;

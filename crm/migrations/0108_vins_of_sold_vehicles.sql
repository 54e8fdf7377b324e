-- A vehicle that was sold may come back: its VIN is unique only among those that are not sold.
-- What finds a vehicle by its VIN has an index of its own, sold ones included.

DROP INDEX vehicles_vin;
CREATE UNIQUE INDEX vehicles_vin ON vehicles (workspace_id, vin)
    WHERE deleted_at IS NULL AND vin IS NOT NULL AND status <> 'sold';
CREATE INDEX vehicles_by_vin ON vehicles (workspace_id, vin) WHERE deleted_at IS NULL AND vin IS NOT NULL;

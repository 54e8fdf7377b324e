-- Types of lead that were removed stay, and can be restored. One of the same name is the same type: it comes back.
ALTER TABLE lead_types ADD COLUMN deleted_at TEXT;

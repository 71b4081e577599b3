-- What a message to CAS is about. No CHECK, which could not be widened for the next kind.
ALTER TABLE versions ADD COLUMN message_kind TEXT NOT NULL DEFAULT 'CustomsShipment';

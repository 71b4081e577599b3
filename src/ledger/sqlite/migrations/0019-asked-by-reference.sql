-- When the declarations of a shipment were last asked for by its own reference; null: never. Who was asked longest
-- ago comes first.
ALTER TABLE shipments ADD COLUMN asked_at TEXT;
-- Until when what was updated has been read a second time, for what CAS shows late. A time of CAS.
ALTER TABLE books ADD COLUMN looked_back_until TEXT;

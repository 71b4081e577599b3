-- What CAS told of a shipment is found by the shipment.
CREATE INDEX notifications_of_shipment ON notifications (shipment_id) WHERE shipment_id IS NOT NULL;

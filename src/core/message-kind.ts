/** What a message to CAS is about; every kind has an endpoint and a mapping of its own. */
export type MessageKind = "CustomsShipment";

/** Which resource of CAS a message is for. */
export type MessageKind = "CustomsShipment";

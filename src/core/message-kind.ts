/** Which resource of CAS a message is for. Source: seeds/003, Ingestion API endpoints. */
export type MessageKind =
  | "ArticleDataItem"
  | "BusinessPartners"
  | "CertificateOfOrigin"
  | "CustomsShipment"
  | "Formula"
  | "MaterialList"
  | "MaterialListInvalidationRequest"
  | "MovementOrder";

// What the mapping knows of a CustomsShipment, the one kind of message that files are mapped to.
import type { MessageCatalogue } from "../model/message-catalogue.ts";
import { listSegments } from "../model/member-path.ts";
import { customsShipmentSchema } from "./customs-shipment-schema.ts";
import { fieldCatalogue } from "./field-catalogue.ts";

const SAD = "singleAdministrativeDocument";

export const customsShipment: MessageCatalogue = {
  kind: "CustomsShipment",
  fields: fieldCatalogue,
  schema: customsShipmentSchema,
  lists: [
    { name: "items", level: "shipment", segments: listSegments.item, elements: "item" },
    { name: "documents", level: "shipment", segments: listSegments.document, elements: "document" },
    { name: "packaging", level: "item", segments: listSegments.packaging, elements: "packaging" },
  ],
  members: {
    reference: { level: "shipment", member: "externalReference" },
    messageType: { level: "shipment", member: "messageType" },
    description: { level: "item", member: "commodity.description" },
    grossMass: { level: "item", member: "goodsMeasure.gmass" },
    netMass: { level: "item", member: "goodsMeasure.nmass" },
    amount: { level: "item", member: "customsValue.amount" },
    amountCurrency: { level: "item", member: "customsValue.currency" },
    invoiceCurrency: { level: "shipment", member: `${SAD}.invoiceCurrency` },
    packageType: { level: "packaging", member: "type" },
    packageQuantity: { level: "packaging", member: "quantity" },
    shippingMarks: { level: "packaging", member: "shippingMarks" },
    declarationType: { level: "shipment", member: `${SAD}.declType` },
    documentCategory: { level: "document", member: "category" },
    documentType: { level: "document", member: "type" },
  },
  // Source: assumed, from the EU customs data model and from CAS's own way to shorten names. A member
  // that is named otherwise is not compared.
  totals: {
    grossMass: /^total(?:g|gross)mass(?:measure|kg)?$/i,
    netMass: /^total(?:n|net)mass(?:measure|kg)?$/i,
    packages: /^(?:total(?:number)?(?:of)?packages?(?:quantity)?|numberOfPackages)$/i,
    items:
      /^(?:total(?:number)?(?:of)?(?:goods)?items?(?:quantity)?|numberOfItems|goodsItemQuantity)$/i,
  },
  // Elsewhere than on Shipments the Direction may be left out: it is that of the shipment with the same
  // reference, as long as there is only one.
  requiredHeaders: {
    shipments: ["External reference", "Direction"],
    "goods items": ["External reference", "Goods description"],
    packaging: ["External reference"],
    documents: ["External reference"],
  },
};

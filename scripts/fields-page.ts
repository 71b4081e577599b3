// `docs/fields.md` from the field catalogue.
import { fieldCatalogue } from "../src/map/field-catalogue.ts";

export function fieldsPage(): string {
  const rows = fieldCatalogue.map((field) => {
    const offered = field.offered.length === 0 ? "" : ` (${field.offered.join(", ")})`;
    const path = field.path === null ? "–" : `\`${field.path}\``;
    const level = field.required ? `${field.level}, required` : field.level;
    return `| ${field.header} | ${path} | ${level} | ${field.note}${offered} | ${field.example} |`;
  });
  return `# Columns

Generated from \`src/map/field-catalogue.ts\` by \`npm run generate\`. Headers are a contract with the
files people keep: a header is never renamed.

Matching ignores case, blanks around, a unit in parentheses at the end and a \`*\`. A header that is
itself a JSON path, such as \`singleAdministrativeDocument.goodsShipment.exportCountry\`, is always
accepted: its values go to that member of the message. Columns whose header starts with \`cas-batch\`
are ours and are not read.

| Header | Member of the message | Level | What belongs in it | Example |
|---|---|---|---|---|
${rows.join("\n")}

**Flat layout**: CSV, or one sheet named \`Shipments\`: one row per goods item; the columns of the
shipment are repeated or left blank after its first row. A further row with the same Item number adds
a packaging or a document.

**Workbook layout**: the same columns on the sheets \`Shipments\` (one row per shipment),
\`Goods items\`, \`Packaging\` and \`Documents\`, joined by External reference and Direction (and Item
number). The sheets \`Read me\` and \`Lists\` are not read.
`;
}

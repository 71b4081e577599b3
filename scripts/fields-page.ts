// `docs/fields.md` from the field catalogue and the names that people give to its columns.
import { fieldCatalogue } from "../src/map/catalogue/field-catalogue.ts";
import { headerNames, type Certainty } from "../src/map/headers/header-names.ts";

export function fieldsPage(): string {
  const rows = fieldCatalogue.map((field) => {
    const offered = field.offered.length === 0 ? "" : ` (${field.offered.join(", ")})`;
    const path = field.path === null ? "–" : `\`${field.path}\``;
    const level = field.required ? `${field.level}, required` : field.level;
    return `| ${field.header} | ${path} | ${level} | ${field.note}${offered} | ${field.example} |`;
  });
  const names = fieldCatalogue.flatMap(({ header }) => {
    const certain = namesOf(header, "certain");
    const likely = namesOf(header, "likely");
    return certain === "" && likely === "" ? [] : [`| ${header} | ${certain} | ${likely} |`];
  });
  return `# Columns

Generated from \`src/map/catalogue/field-catalogue.ts\` and \`src/map/headers/header-synonyms.ts\` by \`npm run generate\`. Headers are a contract with the
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

## Other names of the columns

Names that can mean nothing else are read as the column they are, in English, Dutch, French and German;
the finding \`header-synonym\` says so for each. Accents, capitals, blanks and signs make no difference
(\`HS-Code\`, \`hs_code\`), \`Nr.\` is \`Nummer\`, the words beside EORI may stand in any order, and masses
may have \`kg\` behind them. Another unit (\`Gross weight (lbs)\`) is an error, and so are two columns for
one field.

A name that is only likely is an error (\`header-ambiguous\`) when the field has no column in the file and
the values below it may be such values; so is a slip of the keyboard in a certain name
(\`header-mistyped\`) and a certain name with further words (\`Gross weight per piece\`). All other columns
are your own: each is named once (\`header-unknown\`), with a word when its values have the form of those of
a column that is missing (\`header-values-known\`), and the shipments are sent without it.

| Header | Read as it | Asked about |
|---|---|---|
${names.join("\n")}
`;
}

function namesOf(header: string, wanted: Certainty): string {
  const names = headerNames.filter(
    ({ field, certainty, language }) =>
      field.header === header && certainty === wanted && language !== "template",
  );
  return [...new Set(names.map(({ text }) => text))].join(", ");
}

// `docs/fields.md` from the field catalogue and the names that people give to its columns.
import { fieldCatalogue } from "../src/map/catalogue/field-catalogue.ts";
import { allFields, groupFields } from "../src/map/catalogue/field-groups.ts";
import { furtherMembers } from "../src/map/catalogue/known-members.ts";
import { headerNames, type Certainty } from "../src/map/headers/header-names.ts";

export function fieldsPage(): string {
  const rows = fieldCatalogue.map((field) => {
    const offered = field.offered.length === 0 ? "" : ` (${field.offered.join(", ")})`;
    const path = field.path === null ? "–" : `\`${field.path}\``;
    const level = field.required ? `${field.level}, required` : field.level;
    return `| ${field.header} | ${path} | ${level} | ${field.note}${offered} | ${field.example} |`;
  });
  const groups = groupFields.map(
    ({ group, header, path, level, note, example }) =>
      `| ${group ?? ""} | ${header} | \`${path ?? ""}\` | ${level} | ${note} | ${example} |`,
  );
  const members = furtherMembers().map(({ path, note }) => `| \`${path}\` | ${note} |`);
  const names = allFields.flatMap(({ header }) => {
    const [certain, likely, possible] = (["certain", "likely", "possible"] as const).map((wanted) =>
      namesOf(header, wanted),
    );
    return certain === "" && likely === "" && possible === ""
      ? []
      : [`| ${header} | ${certain ?? ""} | ${likely ?? ""} | ${possible ?? ""} |`];
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

## Columns of groups

\`cas-batch template --with origin,procedure\` adds the columns of these groups, \`--with all\` those of all.
**Their paths are assumed**: no public page of CAS shows these members today, they are those of public
samples of 2020 and 2016. Ask your CAS team before you send real declarations with them; \`check\` says
\`header-path-assumed\` for each. Where CAS has another name, a profile gives the column its path and reads
all other columns as they are:

\`\`\`yaml
version: 1
columns:
  Item origin country: singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[].originCountry
otherColumns: match
\`\`\`

The headers name their level and are those of nobody's own list: a column \`Country of origin\` of yours is
not sent to an assumed path unless you rename it, or name it in a profile.

| Group | Header | Member of the message, assumed | Level | What belongs in it | Example |
|---|---|---|---|---|---|
${groups.join("\n")}

## Members without a column

A column whose header is such a path fills the member, and a profile can name it. They are assumed too,
from the same samples. \`cas-batch fields WORD\` finds columns and members by a word in English, Dutch,
French or German.

| Member of the message, assumed | What it is |
|---|---|
${members.join("\n")}

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

| Header | Read as it | Asked about | Named in hints and drafts |
|---|---|---|---|
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

// `docs/profile-reference.md`: every member of a profile, from the schema that profiles are checked by.
import * as z from "zod";
import { profileSchema, kindProfileSchema } from "../src/map/profile/profile-schema.ts";

/** As much of JSON Schema as profiles use. */
interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The members of one object; `path` is where it stands, such as `rows.leaveOut`. */
interface Section {
  readonly path: string;
  readonly schema: Schema;
}

/** The section that explains the members of an object. */
type PlaceOf = (schema: Schema) => string;

interface Place {
  readonly required: readonly string[];
  readonly path: string;
  readonly placeOf: PlaceOf;
}

export function profileReferencePage(): string {
  const profile = schemaOf(profileSchema);
  const sections = sectionsOf({ path: "", schema: profile });
  const placeOf: PlaceOf = (schema) =>
    sections.find((section) => memberNames(section.schema) === memberNames(schema))?.path ?? "";
  const ofKinds = Object.entries(schemaOf(kindProfileSchema(() => null)).properties ?? {}).filter(
    ([name]) => !(name in (profile.properties ?? {})),
  );
  return `# Profile reference

Generated from \`src/map/profile/\` by \`npm run generate\`. [Profiles](profiles.md) explains the same with examples;
\`cas-batch profile show FILE\` prints a profile with its defaults.

A member that is left out has its default. A member that is not in these tables is an error, and so is a value that
is not in its column "Value". Numbers may stand where a text is wanted: they are taken as they are written.

${sections.map((each) => sectionText(each, placeOf)).join("\n\n")}

## Profiles of other kinds of message

A profile with \`kind\` (all but CustomsShipment) has the members above without \`layout\`, \`messageType\`,
\`emptyCell\`, \`groupBy\` and \`sheets\`, and:

${table(ofKinds, { required: [], path: "", placeOf })}
`;
}

function schemaOf(schema: z.ZodType): Schema {
  const made = z.toJSONSchema(schema, { io: "input", target: "draft-7", reused: "inline" });
  return made as Schema;
}

/** The section itself and those below it, each once: a condition has the same members wherever it stands. */
function sectionsOf(section: Section): readonly Section[] {
  const found = [section];
  for (const [name, member] of membersOf(section.schema)) {
    // The codes have a page of their own.
    const [inner] = name === "severities" ? [] : objectsIn(member);
    if (inner !== undefined)
      found.push(...sectionsOf({ path: below(section.path, name), schema: inner }));
  }
  const names = found.map(({ schema }) => memberNames(schema));
  return found.filter((_, index) => names.indexOf(names[index] ?? "") === index);
}

function memberNames(schema: Schema): string {
  return Object.keys(schema.properties ?? {}).join();
}

function membersOf(schema: Schema): readonly (readonly [string, Schema])[] {
  return Object.entries(schema.properties ?? {});
}

function below(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** The objects that a member may be, or hold. */
function objectsIn(schema: Schema): readonly Schema[] {
  if (schema.properties !== undefined) return [schema];
  const inner = [...(schema.anyOf ?? []), schema.items, schema.additionalProperties];
  return inner.flatMap((part) => (part === undefined || part === false ? [] : objectsIn(part)));
}

function sectionText({ path, schema }: Section, placeOf: PlaceOf): string {
  const heading = path === "" ? "## The profile" : `## \`${path}\``;
  return `${heading}\n\n${table(membersOf(schema), { required: schema.required ?? [], path, placeOf })}`;
}

function table(
  members: readonly (readonly [string, Schema])[],
  { required, path, placeOf }: Place,
): string {
  const rows = members.map(([name, schema]) => {
    const must = required.includes(name) ? "; must be there" : "";
    return `| \`${name}\` | ${valueOf(name, schema, placeOf)}${must} | ${meaningOf(below(path, name), schema)} |`;
  });
  return ["| Member | Value | What it says |", "|---|---|---|", ...rows].join("\n");
}

function meaningOf(path: string, schema: Schema): string {
  if (isTarget(schema))
    return "A header of the [default template](fields.md), or a path into the message";
  const { description } = schema;
  if (description === undefined)
    throw new Error(`The member ${path} of a profile has no description`);
  return description.replaceAll("|", "\\|");
}

/** The one definition that has a name. */
function isTarget({ $ref }: Schema): boolean {
  return $ref !== undefined;
}

/** Which values a member may have, in words. */
function valueOf(name: string, schema: Schema, placeOf: PlaceOf): string {
  if (name === "severities") return "[code](errors.md): `error`, `warning`, `info` or `off`";
  return [...new Set(alternatives(schema, placeOf))].join(", or ");
}

function alternatives(schema: Schema, placeOf: PlaceOf): readonly string[] {
  const { anyOf, items, properties, additionalProperties, minimum, maximum } = schema;
  if (anyOf !== undefined) return anyOf.flatMap((each) => alternatives(each, placeOf));
  if (schema.const !== undefined) return [code(schema.const)];
  if (schema.enum !== undefined) return [schema.enum.map(code).join(", ")];
  if (items !== undefined) return [`list of ${alternatives(items, placeOf).join(", or ")}`];
  if (properties !== undefined) return [linkTo(placeOf(schema))];
  if (additionalProperties !== undefined && additionalProperties !== false) {
    return [`for each name: ${alternatives(additionalProperties, placeOf).join(", or ")}`];
  }
  if (schema.type === "boolean") return ["`true` or `false`"];
  if (schema.type === "number") return ["number"];
  if (schema.type !== "integer") return ["text"];
  return [`whole number from ${String(minimum)} to ${String(maximum)}`];
}

/** The heading's anchor, as GitHub makes it. */
function linkTo(place: string): string {
  return `[members of \`${place}\`](#${place.toLowerCase().replaceAll(".", "")})`;
}

function code(value: unknown): string {
  return `\`${String(value)}\``;
}

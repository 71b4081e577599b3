// `docs/endpoints.md` from the tables of paths, assumed names and rights.
import { endpointTable } from "../src/cas/endpoints.ts";
import { assumedFields } from "../src/cas/subscription-body.ts";
import { commandScopes } from "../src/runs/command-scopes.ts";

export function endpointsPage(): string {
  const paths = Object.entries(endpointTable).map(([name, { path, source }]) => [
    `\`${name}\``,
    `\`${path}\``,
    source,
  ]);
  const fields = Object.entries(assumedFields).map(([name, text]) => [
    `\`${name}\``,
    `\`${text}\``,
  ]);
  const rights = Object.entries(commandScopes).map(([command, scopes]) => [
    `\`${command}\``,
    scopes.map((scope) => `\`${scope}\``).join(", "),
  ]);
  return `# Paths, names and rights at CAS

Generated from \`src/cas/endpoints.ts\`, \`src/cas/subscription-body.ts\` and \`src/runs/command-scopes.ts\` by
\`npm run generate\`.

## Paths

Below \`endpoints\` in \`cas-batch.yaml\`, a path of your CAS that differs is set by its name. It starts with \`/\`
and holds the same placeholders in braces. No public page of CAS states the paths that are marked \`assumed\`: ask
your CAS team about them before you rely on one. Documents and certificates are asked for at their path with
\`/url\` behind it, which answers with a link, or at the path itself, which answers with a redirect (307).

\`\`\`yaml
endpoints:
  declarationAmend: /v1/declarations/{declarationId}/amendment
\`\`\`

${table(["Name", "Path", "Stated by"], paths)}
## Names

Below \`fields\`, the same for names in what is sent. All of them are assumed. \`invalidationReason\` is a member
of what an action sends. The others stand in \`subscriptionDestination.destinationDescription\`; \`…Type\` is
what stands in \`destinationType\`. A dot leads into an object: \`apiKey.value\`.

${table(["Name", "Sent as"], fields)}
## Rights

What a command needs of its token. It is checked before anything is read or sent; \`cas-batch doctor\` shows
which commands a token may run. As long as the ledger is new, CAS is asked about every shipment before it is
sent: then \`submit\`, \`ingest\` of shipments and \`resume\` need \`read:declarations\`, too. \`submit\`, \`ingest\` and
\`run\` need the rights of the kinds that they send.

${table(["Command", "Scopes"], rights)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_name, at) =>
    Math.max(...[head, ...rows].map((row) => (row[at] ?? "").length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |\n`;
  const rule = widths.map((width) => "-".repeat(width));
  return [head, rule, ...rows].map(line).join("");
}

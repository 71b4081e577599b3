// The table of metrics in docs/status.md, of the table in the code.
import { INFO, LEDGER_READABLE, metrics } from "../src/metrics/metric-table.ts";

const BEGIN = "<!-- metrics: written by `npm run generate` -->\n\n<!-- prettier-ignore-start -->\n";
const END = "<!-- prettier-ignore-end -->";

/** @param page the page as it is; what stands between the marks is written anew */
export function withMetricsRows(page: string): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.slice(rest.indexOf(END));
  if (before === undefined || after === undefined)
    throw new Error("The page has no place for metrics");
  return `${before}${BEGIN}${rows()}${after}`;
}

function rows(): string {
  const all = [
    { ...INFO, labels: ["version"], ofBooks: false },
    { ...LEDGER_READABLE, labels: [], ofBooks: false },
    ...metrics.map((metric) => ({ ...metric, ofBooks: true })),
  ];
  const lines = all.map(({ name, type, help, labels, ofBooks }) => {
    const own = [...(ofBooks ? ["…"] : []), ...labels.map((label) => `\`${label}\``)].join(", ");
    return `| \`${name}\` | ${type} | ${own} | ${help} |`;
  });
  return [
    "| Name | Type | Labels | What it says |",
    "| --- | --- | --- | --- |",
    ...lines,
    "",
  ].join("\n");
}

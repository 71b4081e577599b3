// The metrics as Prometheus reads them: the text format 0.0.4, for a file of node_exporter's textfile collector and for
// an answer to a scrape. Loaded only where metrics are asked for.
import { Counter, Gauge, Registry } from "prom-client";
import type { StatusOfBooks } from "../ledger/contract/status.ts";
import { INFO, LEDGER_READABLE, metrics, type Metric, type Sample } from "./metric-table.ts";

export const CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

const BOOKS_LABELS = ["environment", "tenant"];

/** @param books null when the ledger could not be read */
export function metricsText(
  books: readonly StatusOfBooks[] | null,
  version: string,
): Promise<string> {
  const registry = new Registry();
  add(registry, { ...INFO, labelNames: ["version"] }, [{ labels: { version }, value: 1 }]);
  add(registry, { ...LEDGER_READABLE, labelNames: [] }, [
    { labels: {}, value: books === null ? 0 : 1 },
  ]);
  for (const { samples, labels, ...metric } of books === null ? [] : metrics) {
    const found = (books ?? []).flatMap((one) => {
      const { environment, tenant } = one;
      return samples(one).map(({ labels: own, value }) => ({
        labels: { environment, tenant, ...own },
        value,
      }));
    });
    add(registry, { ...metric, labelNames: [...BOOKS_LABELS, ...labels] }, found);
  }
  return registry.metrics();
}

function add(
  registry: Registry,
  {
    name,
    help,
    type,
    labelNames,
  }: Pick<Metric, "name" | "help" | "type"> & { readonly labelNames: readonly string[] },
  samples: readonly Sample[],
): void {
  const options = { name, help, labelNames: [...labelNames], registers: [registry] };
  if (type === "counter") {
    const counter = new Counter(options);
    for (const { labels, value } of samples) counter.inc(labels, value);
    return;
  }
  const gauge = new Gauge(options);
  for (const { labels, value } of samples) gauge.set(labels, value);
}

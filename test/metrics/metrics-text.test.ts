// What Prometheus reads: its format, its names, and nothing that grows without bound.
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { metrics } from "../../src/metrics/metric-table.ts";
import { metricsText } from "../../src/metrics/metrics-text.ts";
import { NOON } from "../support/ledger-drafts.ts";
import { parseMetrics, type ReadMetric } from "../support/parse-metrics.ts";
import { statusDraft } from "../support/status-drafts.ts";

const NOON_S = NOON.getTime() / 1_000;

async function read(
  ...books: Parameters<typeof metricsText>[0] & object
): Promise<readonly ReadMetric[]> {
  return parseMetrics(await metricsText(books, "1.2.3"));
}

function valuesOf(all: readonly ReadMetric[], name: string) {
  return all
    .find((metric) => metric.name === name)
    ?.samples.map(({ labels, value }) => {
      const { environment: _environment, tenant: _tenant, ...own } = labels;
      return [...Object.values(own), value];
    });
}

describe("metricsText()", () => {
  it("tells every metric of the table, in the format of Prometheus", async () => {
    const all = await read(statusDraft());
    expect(all.map(({ name }) => name)).toEqual([
      ...["cas_batch_info", "cas_batch_ledger_readable"],
      ...metrics.map(({ name }) => name),
    ]);
    expect(valuesOf(all, "cas_batch_info")).toEqual([["1.2.3", 1]]);
    expect(valuesOf(all, "cas_batch_open")).toContainEqual(["refused", 3]);
    expect(valuesOf(all, "cas_batch_open_oldest_timestamp_seconds")).toEqual([["refused", NOON_S]]);
    expect(valuesOf(all, "cas_batch_runs_total")).toEqual([["run", "4", 9]]);
    expect(valuesOf(all, "cas_batch_runs_without_end")).toEqual([["run", 1]]);
    expect(valuesOf(all, "cas_batch_last_run_duration_seconds")).toEqual([["run", 120]]);
    expect(valuesOf(all, "cas_batch_listener_alive_timestamp_seconds")).toEqual([[NOON_S]]);
  });

  it("has names and labels by convention, and each label that it uses", async () => {
    for (const { name, samples, labels } of metrics) {
      expect(name).toMatch(/^cas_batch_[a-z_]+$/);
      expect(name.endsWith("_timestamp_seconds")).toBe(/timestamp/.test(name));
      for (const sample of samples(statusDraft())) {
        expect(Object.keys(sample.labels).sort(), name).toEqual([...labels].sort());
      }
    }
    expect((await read(statusDraft())).every(({ help }) => help.length > 10)).toBe(true);
  });

  it("counts declarations by what their status means, so that CAS cannot add labels", async () => {
    expect(valuesOf(await read(statusDraft()), "cas_batch_declarations")).toEqual([
      ["before-customs", 0],
      ["at-customs", 0],
      ["action", 2],
      ["done", 6],
      ["other", 7],
    ]);
  });

  it("leaves out times that are not known, instead of telling 1970", async () => {
    const all = await read(
      statusDraft({
        completeUpTo: null,
        waitUntil: null,
        sender: null,
        listener: null,
        lastRuns: [],
      }),
    );
    for (const name of ["complete_up_to", "wait_until", "sender_since", "listener_alive"]) {
      expect(valuesOf(all, `cas_batch_${name}_timestamp_seconds`), name).toEqual([]);
    }
    expect(valuesOf(all, "cas_batch_sender_active")).toEqual([[0]]);
  });

  it("keeps books apart, and escapes what a tenant may be called", async () => {
    const odd = 'a "quoted" \\ name\nof two lines';
    const all = await read(statusDraft(), statusDraft({ environment: "acceptance", tenant: odd }));
    const labels = all.find(({ name }) => name === "cas_batch_shipments")?.samples;
    expect(labels?.map(({ labels: { environment, tenant } }) => [environment, tenant])).toEqual([
      ["production", "ACME"],
      ["acceptance", odd],
    ]);
  });

  it("says that a ledger could not be read, and nothing else", async () => {
    const all = parseMetrics(await metricsText(null, "1.2.3"));
    expect(all.map(({ name }) => name)).toEqual(["cas_batch_info", "cas_batch_ledger_readable"]);
    expect(valuesOf(all, "cas_batch_ledger_readable")).toEqual([[0]]);
  });

  const hasPromtool = spawnSync("promtool", ["--version"]).error === undefined;
  it.skipIf(!hasPromtool)("is found right by promtool", async () => {
    const input = await metricsText([statusDraft()], "1.2.3");
    const { status, stderr } = spawnSync("promtool", ["check", "metrics"], { input });
    expect([status, String(stderr)]).toEqual([0, ""]);
  });
});

describe("parseMetrics()", () => {
  const good = '# HELP a_b Words\n# TYPE a_b gauge\na_b{c="d"} 1\n';
  it.each([
    ["a sample without a type", 'a_b{c="d"} 1\n'],
    ["a name twice", good + good],
    ["a series twice", `${good}a_b{c="d"} 2\n`],
    ["a counter without _total", good.replace("gauge", "counter")],
    ["a label that is not closed", good.replace('"d"', '"d')],
    ["a value that is no number", good.replace("} 1", "} undefined")],
    ["no end of the last line", good.trimEnd()],
  ])("refuses %s", (_what, text) => {
    expect(() => parseMetrics(text)).toThrow();
    expect(parseMetrics(good)).toHaveLength(1);
  });
});

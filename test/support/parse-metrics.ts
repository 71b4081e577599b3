// A strict reader of the text format of Prometheus, version 0.0.4, for where promtool is not at hand: what it takes,
// Prometheus takes. Source: prometheus.io/docs/instrumenting/exposition_formats, and the conventions for names.

export interface ReadMetric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

const NAME = /^[a-z_:][a-z0-9_:]*$/;
const LABEL = /([a-z_][a-z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/gy;

/** @throws Error naming the line that breaks the format */
export function parseMetrics(text: string): readonly ReadMetric[] {
  if (!text.endsWith("\n")) throw new Error("The last line does not end");
  const metrics = new Map<
    string,
    { type: string; help: string; samples: ReadMetric["samples"][number][] }
  >();
  const seen = new Set<string>();
  let current = "";
  for (const line of text.slice(0, -1).split("\n")) {
    if (line === "") continue;
    const help = /^# HELP (\S+) (.+)$/.exec(line);
    const type = /^# TYPE (\S+) (gauge|counter)$/.exec(line);
    if (help !== null) {
      const [, name = "", words = ""] = help;
      if (!NAME.test(name) || metrics.has(name)) throw new Error(`Name twice or wrong: ${line}`);
      metrics.set(name, { type: "", help: words, samples: [] });
      current = name;
    } else if (type !== null) {
      const [, name = "", word = ""] = type;
      const metric = metrics.get(name);
      if (name !== current || metric === undefined || metric.type !== "") throw new Error(line);
      if ((word === "counter") !== name.endsWith("_total"))
        throw new Error(`Not by convention: ${line}`);
      metric.type = word;
    } else {
      const sample = /^([a-z0-9_:]+)(?:\{(.*)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(line);
      const [, name = "", labels = "", value = ""] = sample ?? [];
      const metric = metrics.get(name);
      // A metric's samples stand together, behind its type.
      if (sample === null || name !== current || metric === undefined || metric.type === "") {
        throw new Error(`No sample: ${line}`);
      }
      const series = `${name}{${labels}}`;
      if (seen.has(series)) throw new Error(`Twice: ${line}`);
      seen.add(series);
      metric.samples.push({ labels: parseLabels(labels), value: Number(value) });
    }
  }
  return [...metrics].map(([name, metric]) => ({ name, ...metric }));
}

function parseLabels(text: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  let end = 0;
  for (const match of text.matchAll(LABEL)) {
    const [whole, name = "", value = ""] = match;
    if (match.index !== end || name in labels) throw new Error(`Labels: ${text}`);
    labels[name] = value.replace(/\\(["\\n])/g, (_all, escaped: string) =>
      escaped === "n" ? "\n" : escaped,
    );
    end += whole.length;
  }
  if (end !== text.length) throw new Error(`Labels: ${text}`);
  return labels;
}

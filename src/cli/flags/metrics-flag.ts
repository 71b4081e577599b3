import type { Options } from "yargs";

export const metricsOptions = {
  metrics: {
    type: "string",
    describe: "Write the metrics to this file at the end, for node_exporter: NAME.prom",
  },
} as const satisfies Record<string, Options>;

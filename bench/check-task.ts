// `check` of the built product on one file, in a process of its own: prints {units, seconds, peakMiB}.
// run.ts bundles it as the product is bundled, because that is what people run: stripping types takes
// 25 MiB in every thread.
import { check } from "../src/runs/check-files.ts";
import { surroundings } from "./surroundings.ts";

const MIB = 1024 * 1024;
/** Half a million rows of 40 columns are more than the product reads unless it is told to. */
const limits = {
  workbookBytesMax: 200 * MIB,
  entryBytesMax: 2_000 * MIB,
  packageBytesMax: 2_000 * MIB,
};

const [path = ""] = process.argv.slice(2);
const from = performance.now();
const tally = await check(
  [{ path, name: "bench" }],
  { onInvalid: "skip", reading: { limits }, profileOf: () => null },
  surroundings,
);
const seconds = (performance.now() - from) / 1000;
const [file] = tally.files;
if (file === undefined || file.counts.buckets.unsent === 0) {
  const [findings = []] = tally.findings;
  throw new Error(`Nothing valid was read: ${JSON.stringify(findings.slice(0, 3))}`);
}
tally.close();
const peakMiB = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ units: file.counts.rowsRead, seconds, peakMiB })}\n`);

// CAS refuses everything for a while with 429 and every form of Retry-After: no request comes
// early, and afterwards the full rate is soon reached again.
import { expect } from "vitest";
import { refusal } from "../support/simulator-faults.ts";
import { isSend, startFaultCas } from "../support/fault-cas.ts";
import { referencesOf, writeConfiguration, writeShipments } from "../support/fault-files.ts";
import { builtProgram, forEachAtOnce, runProgram } from "../support/fault-program.ts";
import { faultRow, isDeep } from "../support/fault-row.ts";
import { judge } from "../support/fault-verdict.ts";

interface Form {
  readonly name: string;
  readonly header: (nowMs: number) => string | null;
  /** How long nobody may ask after such an answer. */
  readonly waitMs: number;
  readonly parks: boolean;
}

const form = (name: string, header: Form["header"], waitMs = 0, parks = false): Form => ({
  name,
  header,
  waitMs,
  parks,
});
const inSeconds = (nowMs: number, seconds: number): string =>
  new Date(nowMs + seconds * 1_000).toUTCString();

const FORMS: readonly Form[] = [
  form("seconds", () => "2", 2_000),
  // A date knows no part of a second, so up to one is lost in writing it.
  form("a date", (nowMs) => inSeconds(nowMs, 4), 3_000),
  form("absent", () => null),
  form("nonsense", () => "soon, thank you"),
  form("zero", () => "0"),
  form("a date in the past", (nowMs) => inSeconds(nowMs, -3_600)),
  form("a day", () => "86400", 86_400_000, true),
  // More than a day is no wait that anybody means.
  form("a date next week", (nowMs) => inSeconds(nowMs, 604_800)),
  form("seconds since 1970", (nowMs) => String(Math.floor(nowMs / 1_000) + 5)),
];

const RATE_PER_S = isDeep ? 50 : 20;
const STORM_MS = 3_000;
const RECOVERY_MAX_MS = 60_000;
const WINDOW_MS = 5_000;
/** What was on its way when the first refusal came. */
const UNDER_WAY_MS = 300;
const SHIPMENTS = RATE_PER_S * 45;
const CALM_SHIPMENTS = 20;

async function weather(form: Form): Promise<{
  readonly early: number;
  readonly complaints: readonly string[];
  readonly lost: number;
  readonly doubled: number;
  readonly inverted: number;
}> {
  const references = referencesOf(SHIPMENTS);
  let sends = 0;
  let stormUntilMs = Infinity;
  await using cas = await startFaultCas({
    chooseFault: (request) => {
      if (isSend(request)) sends += 1;
      if (sends <= CALM_SHIPMENTS) return null;
      const nowMs = Date.now();
      if (stormUntilMs === Infinity) stormUntilMs = nowMs + STORM_MS;
      if (nowMs > stormUntilMs && !form.parks) return null;
      const header = form.header(nowMs);
      return {
        name: "storm",
        instead: refusal(429, header === null ? {} : { "retry-after": header }),
      };
    },
  });
  writeConfiguration(cas.folder);
  writeShipments(cas.folder, "night.csv", references);
  const place = { cwd: cas.folder, variables: cas.variables };
  const args = ["submit", "night.csv", "--rate", String(RATE_PER_S), "--json"];
  const { code, stderr } = await runProgram(builtProgram, args, place);

  const journal = cas.journal();
  const stormsMs = journal.flatMap((entry) =>
    entry.kind === "fault" ? [Date.parse(entry.at)] : [],
  );
  const acceptedMs = journal.flatMap((entry) =>
    entry.kind === "accepted" ? [Date.parse(entry.at)] : [],
  );
  const requestsMs = [...stormsMs, ...acceptedMs];
  const early = stormsMs.reduce((sum, atMs) => {
    const isEarly = (eachMs: number): boolean =>
      eachMs > atMs + UNDER_WAY_MS && eachMs < atMs + form.waitMs;
    return sum + requestsMs.filter(isEarly).length;
  }, 0);
  const complaints: string[] = [];
  const complain = (text: string): void => {
    complaints.push(`${form.name}: ${text}`);
  };
  if (form.parks) {
    if (code !== 5) complain(`exit code ${String(code)} instead of 5: ${stderr}`);
    return {
      early,
      complaints,
      lost: 0,
      doubled: judge(journal, { references }).doubled,
      inverted: 0,
    };
  }
  const best = Math.max(
    0,
    ...acceptedMs
      .filter((atMs) => atMs > stormUntilMs && atMs < stormUntilMs + RECOVERY_MAX_MS - WINDOW_MS)
      .map(
        (fromMs) => acceptedMs.filter((atMs) => atMs >= fromMs && atMs < fromMs + WINDOW_MS).length,
      ),
  );
  const share = best / ((RATE_PER_S * WINDOW_MS) / 1_000);
  if (share < 0.9) complain(`only ${share.toFixed(2)} of the rate within 60 s`);
  if (code === 5) {
    const resumed = await runProgram(builtProgram, ["resume", "--rate", "100000"], place);
    if (resumed.code !== 0)
      complain(`resume ended with ${String(resumed.code)}: ${resumed.stderr}`);
  } else if (code !== 0) {
    complain(`exit code ${String(code)}: ${stderr}`);
  }
  return { early, complaints, ...judge(cas.journal(), { references }) };
}

faultRow("429 storm, every form of Retry-After", async () => {
  const results = await forEachAtOnce(FORMS, FORMS.length, weather);
  const early = results.reduce((sum, result) => sum + result.early, 0);
  expect(results.flatMap(({ complaints }) => complaints)).toEqual([]);
  expect(early).toBe(0);
  const sum = (of: "lost" | "doubled" | "inverted"): number =>
    results.reduce((total, result) => total + result[of], 0);
  return {
    points: FORMS.length,
    ...{ lost: sum("lost"), doubled: sum("doubled"), inverted: sum("inverted") },
    also: `${String(early)} early`,
  };
});

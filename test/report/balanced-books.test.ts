// Balanced books as a property: whatever files, answers and notifications come in whatever order, and wherever the
// process is killed, every report counts what the ledger holds. And whatever is damaged then, the report says so.
import Database from "better-sqlite3";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Lease } from "../../src/ledger/contract/leases.ts";
import type { LineDraft } from "../../src/ledger/contract/staging.ts";
import type { LedgerBooks } from "../../src/ledger/ledger.ts";
import { adoptLedger } from "../../src/ledger/sqlite/care/adopt-ledger.ts";
import { pruneLedger } from "../../src/ledger/sqlite/care/prune-ledger.ts";
import { openSqliteLedger, type SqliteLedger } from "../../src/ledger/sqlite/sqlite-ledger.ts";
import { mergeWaiting } from "../../src/notifications/merge/merge-notifications.ts";
import { receivedNotification } from "../../src/notifications/receiver/keep-notification.ts";
import { surveyBooks, type ReportSurvey } from "../../src/report/status-report.ts";
import { createHoldReason, createLineDecider } from "../../src/submit/limits/decide-line.ts";
import { eventBody, failed, statusChanged } from "../notifications/events.ts";
import {
  batchEnd,
  declarationSummary,
  finding,
  leaseHolder,
  minutesAfterNoon,
  NOON,
  refusal,
  sourceFile,
} from "../support/ledger-drafts.ts";
import { makeSqliteStore } from "../support/ledger-store.ts";
import { textReason } from "../support/reasons.ts";
import { trueDraft } from "../support/true-ledger.ts";

const REFERENCES = ["R-1", "R-2", "R-3", "R-4", "R-5", "R-6"];
const STATUSES = ["New", "Submitted", "Accepted", "Released", "Invalid", "Amendable", "Cancelled"];
const signal = new AbortController().signal;

const policy = {
  allowAmend: false,
  acceptedAndBeyond: (status: string) => ["Accepted", "Released", "Amendable"].includes(status),
};

/** A ledger, the process that works on it, and what it has on its way. */
class Night {
  ledger: SqliteLedger;
  path: string;
  minute = 0;
  runs: string[] = [];
  #numbers: readonly number[];
  #drawn = 0;
  #batches = 0;
  #events: string[] = [];
  #lease: Lease | null = null;
  #folder: string;

  constructor(ledger: SqliteLedger, path: string, folder: string, numbers: readonly number[]) {
    this.ledger = ledger;
    this.path = path;
    this.#folder = folder;
    this.#numbers = numbers;
  }

  get books(): LedgerBooks {
    return this.ledger.books("acceptance", "ACME");
  }

  get runId(): string {
    return this.runs.at(-1) ?? "";
  }

  draw(below: number): number {
    this.#drawn += 1;
    return (this.#numbers[this.#drawn % this.#numbers.length] ?? 0) % below;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.draw(items.length)];
    if (item === undefined) throw new Error("Nothing to pick from");
    return item;
  }

  some<Item>(items: readonly Item[]): readonly Item[] {
    return items.filter(() => this.draw(2) === 0);
  }

  now(): Date {
    this.minute += 1;
    return minutesAfterNoon(this.minute);
  }

  async startRun(): Promise<void> {
    const runId = `run-${String(this.runs.length + 1)}`;
    this.runs.push(runId);
    const run = { runId, command: "run", startedAt: this.now(), programVersion: "0.1.0" };
    await this.books.startRun(run);
  }

  /** @param end how far it gets: sealed, sealed and rejected, or not sealed at all */
  async readFile(end: "sealed" | "rejected" | "killed"): Promise<void> {
    this.#batches += 1;
    const batchId = `b-${String(this.#batches)}`;
    const file = sourceFile(this.pick(["a.csv", "b.csv", "c.csv"]));
    await this.books.dropUnsealedBatches();
    await this.books.openBatch({ batchId, runId: this.runId, file, openedAt: this.now() });
    const lines = this.some(REFERENCES).map((reference, at): LineDraft => {
      const draft = trueDraft(at + 1, reference, this.pick(["first", "second", "third"]));
      return this.draw(4) === 0 ? { ...draft, message: null } : draft;
    });
    const askFirst = this.draw(3) === 0;
    const retryRefused = this.draw(3) === 0;
    await this.books.addLines(
      batchId,
      lines,
      createLineDecider({ ...policy, retryRefused, askFirst, allowAmend: this.draw(3) === 0 }),
    );
    const rows = this.some([90, 91, 92]).map((row) => ({
      ...{ sheet: "Shipments", row },
      bucket: this.pick(["invalid", "duplicate"] as const),
    }));
    await this.books.addRows(batchId, rows);
    await this.books.addFindings(batchId, [finding("wrong", file.name)]);
    if (end === "killed") return;
    const rowsBlank = this.draw(3);
    const rowsRead = lines.length + rows.length + rowsBlank;
    const rejected = end === "rejected";
    const sealed = batchEnd({ sealedAt: this.now(), rowsRead, rowsBlank, rejected });
    await this.books.sealBatch(batchId, sealed);
  }

  /** Takes messages and hears of some of them; of the others nothing is ever heard. */
  async send(): Promise<void> {
    // That of a process which was killed is over some time.
    if (this.#lease !== null) await this.books.releaseLease(this.#lease);
    const lease = await this.books.acquireLease(leaseHolder(this.runId), 3_600_000);
    this.#lease = lease;
    await this.books.recoverInterrupted(this.now());
    const now = this.now();
    const claimed = await this.books.claim({
      ...{ limit: 4, runId: this.runId, lease, now, deadlineAt: now },
      holdReason: createHoldReason(policy),
    });
    await this.books.recordOutcomes(
      this.some(claimed).map(({ attemptId }) => {
        const base = { attemptId, at: this.now() };
        switch (this.draw(4)) {
          case 0:
            return { ...base, kind: "rejected", problem: refusal };
          case 1:
            return { ...base, kind: "unknown", reason: textReason("No answer came") };
          case 2:
            return { ...base, kind: "returned", reason: textReason("Busy"), notBefore: now };
          default:
            return { ...base, kind: "accepted", referenceId: `receipt-${attemptId}` };
        }
      }),
    );
  }

  async settle(): Promise<void> {
    for (const { attemptId } of this.some(await this.books.unknownMessages(10))) {
      if (this.draw(3) === 0) await this.books.recordEnquiry(attemptId, this.now());
      const kind = this.pick(["arrived", "resend"] as const);
      await this.books.settleUnknown(attemptId, {
        ...{ kind, reason: textReason("A person looked"), at: this.now() },
      });
    }
  }

  async answerQuestions(): Promise<void> {
    const asked = await this.books.messagesToAskAbout(10);
    await this.books.recordAnswers(
      this.some(asked).map(({ versionId, key }) => {
        const reason = textReason("CAS has it");
        const kind = this.pick(["may-go", "unchanged", "held"] as const);
        const id = `D-${key.externalReference}-${String(this.draw(2))}`;
        const declarations = this.draw(2) === 0 ? [] : [declarationSummary(id, "New")];
        const verdict = kind === "may-go" ? { kind } : { kind, reason };
        return { versionId, askedAt: this.now(), declarations, verdict };
      }),
    );
  }

  async reconcile(): Promise<void> {
    const shipments = await this.books.findShipments(REFERENCES);
    const observedAt = this.now();
    const ours = this.some(shipments).map(({ shipmentId, key: { externalReference } }) => ({
      summary: declarationSummary(
        `D-${externalReference}-${String(this.draw(2))}`,
        this.pick(STATUSES),
        {
          externalReference,
          lastUpdated:
            this.draw(3) === 0 ? null : minutesAfterNoon(this.draw(this.minute)).toISOString(),
        },
      ),
      ...{ shipmentId, observedAt, source: "search" as const },
    }));
    const foreign = this.some(["F-1", "F-2"]).map((id) => ({
      summary: declarationSummary(id, this.pick(STATUSES), { externalReference: "elsewhere" }),
      ...{ shipmentId: null, observedAt, source: "search" as const },
    }));
    await this.books.recordDeclarations([...ours, ...foreign]);
  }

  async hear(): Promise<void> {
    const reference = this.pick(REFERENCES);
    const at = minutesAfterNoon(this.draw(this.minute + 1)).toISOString();
    const data = { customsShipmentReference: reference };
    const fresh = eventBody(
      this.draw(4) === 0
        ? failed(`receipt-${String(this.draw(9))}`, ["The flow is not known"], at)
        : statusChanged(`D-${reference}-${String(this.draw(2))}`, this.pick(STATUSES), at, data),
    );
    const again = this.#events.length > 0 && this.draw(3) === 0;
    const body = again ? this.pick(this.#events) : fresh;
    this.#events.push(body);
    const other = this.draw(6) === 0 ? body.replace("2026-11-20", "2026-11-19") : body;
    const arrived = { headers: {}, body: Buffer.from(other), receivedAt: this.now() };
    await this.books.storeNotifications([receivedNotification(arrived, "ACME", null)]);
    if (this.draw(2) === 0) await mergeWaiting(this.books, { signal });
  }

  async finish(): Promise<void> {
    await this.books.finishRun(this.runId, { finishedAt: this.now(), exitCode: 0 });
  }

  /** Ends the process wherever it stands, and begins another one. */
  async kill(): Promise<void> {
    await this.ledger.close();
    this.ledger = await openSqliteLedger(this.path);
    await this.startRun();
  }

  async prune(): Promise<void> {
    await this.ledger.close();
    const before = minutesAfterNoon(this.draw(this.minute + 1));
    await pruneLedger(this.path, { before, now: this.now(), remove: true });
    this.ledger = await openSqliteLedger(this.path);
  }

  async moveAndAdopt(): Promise<void> {
    await this.ledger.close();
    const copy = join(this.#folder, `copy-${String(this.minute)}.sqlite`);
    copyFileSync(this.path, copy);
    await adoptLedger(copy, this.now(), "anna");
    this.path = copy;
    this.ledger = await openSqliteLedger(copy);
    await this.startRun();
  }

  survey(runId: string | null): Promise<ReportSurvey> {
    return surveyBooks({
      ...{ books: this.books, filter: runId === null ? { latest: true } : { runId }, runId },
      ...{ command: "run", environment: "acceptance", tenant: "ACME", simulated: false },
      ...{ asOf: minutesAfterNoon(this.minute), completeUpTo: NOON.toISOString() },
      ...{ sender: null, stoppedEarly: null, programVersion: "0.1.0", timeZone: "UTC" },
    });
  }
}

const steps = {
  read: (night) => night.readFile("sealed"),
  readAgain: (night) => night.readFile("sealed"),
  readRejected: (night) => night.readFile("rejected"),
  readHalf: (night) => night.readFile("killed"),
  send: (night) => night.send(),
  sendMore: (night) => night.send(),
  settle: (night) => night.settle(),
  answer: (night) => night.answerQuestions(),
  reconcile: (night) => night.reconcile(),
  hear: (night) => night.hear(),
  hearMore: (night) => night.hear(),
  nextRun: async (night) => {
    await night.finish();
    await night.startRun();
  },
  kill: (night) => night.kill(),
  prune: (night) => night.prune(),
  adopt: (night) => night.moveAndAdopt(),
} satisfies Record<string, (night: Night) => Promise<void>>;
const stepNames = Object.keys(steps) as (keyof typeof steps)[];

const histories = fc.record({
  names: fc.array(fc.constantFrom(...stepNames), { minLength: 4, maxLength: 24 }),
  numbers: fc.array(fc.nat({ max: 1_000_000 }), { minLength: 40, maxLength: 120 }),
});
type History = typeof histories extends fc.Arbitrary<infer Value> ? Value : never;

async function play(
  { names, numbers }: History,
  afterEach: (night: Night, done: string) => Promise<void>,
): Promise<void> {
  const store = await makeSqliteStore();
  const night = new Night(await store.open(), store.path, store.folder, numbers);
  try {
    await night.startRun();
    for (const name of names) {
      await steps[name](night);
      await afterEach(night, name);
    }
  } finally {
    await night.ledger.close();
    await store.remove();
  }
}

/** What a report must count, by plain SQL: of one run, or of the newest line of every shipment. */
function countedIn(path: string, runId: string | null): object {
  const database = new Database(path, { readonly: true });
  const one = (sql: string): Record<string, number> =>
    database.prepare(sql).get() as Record<string, number>;
  const ofRun = `b.run_no = (SELECT run_no FROM runs WHERE run_id = '${runId ?? ""}')`;
  const lines = `FROM lines l JOIN batches b USING (batch_no) LEFT JOIN versions v USING (version_id)
    WHERE b.sealed_at IS NOT NULL AND ${runId === null ? "l.is_latest = 1" : ofRun}`;
  const newest = `b.batch_no IN (SELECT max(batch_no) FROM batches WHERE sealed_at IS NOT NULL
    GROUP BY file_path) AND b.pruned_at IS NULL`;
  const batches = `FROM batches b WHERE b.sealed_at IS NOT NULL AND b.pruned_at IS NULL
    AND ${runId === null ? newest : ofRun}`;
  const bucket = (name: string, state: string) =>
    `count(*) FILTER (WHERE l.bucket = '${name}' OR l.bucket IS NULL AND ${state}) AS ${name}`;
  const shipments = one(`SELECT count(*) AS shipments,
    ${bucket("invalid", "0")}, ${bucket("aborted", "0")}, ${bucket("superseded", "0")},
    ${bucket("unchanged", "0")}, ${bucket("held", "v.state = 'held'")},
    ${bucket("accepted", "v.state = 'accepted'")}, ${bucket("rejected", "v.state = 'rejected'")},
    ${bucket("unknown", "v.state IN ('unknown', 'sending')")},
    ${bucket("unsent", "v.state IN ('queued', 'staged')")} ${lines}`);
  const { findings } = one(`SELECT count(*) AS findings FROM findings
    WHERE batch_no IN (SELECT batch_no ${batches})`);
  const { rows } = one(`SELECT coalesce(sum(rows_read), 0) AS rows ${batches}`);
  const { unexplained } = one(
    "SELECT count(*) AS unexplained FROM declarations WHERE shipment_id IS NULL",
  );
  const { declarations } = one(
    runId === null
      ? "SELECT count(*) AS declarations FROM declarations WHERE shipment_id IS NOT NULL"
      : `SELECT count(*) AS declarations FROM declarations d JOIN shipments s USING (shipment_id)
         WHERE EXISTS (SELECT 1 ${lines} AND l.external_reference = s.external_reference)`,
  );
  database.close();
  return { ...shipments, findings, rows, unexplained, declarations };
}

function reportedIn({ totals }: ReportSurvey): object {
  const { sending, ...buckets } = totals.buckets;
  const { error, warning, info } = totals.findings;
  return {
    shipments: totals.shipments,
    ...buckets,
    unknown: buckets.unknown + sending,
    findings: error + warning + info,
    rows: totals.rows.read,
    unexplained: totals.notInFiles,
    declarations: totals.declarations,
  };
}

const SLOW_TEST_MS = 240_000;

test(
  "every report balances and counts what is there, after every step",
  { timeout: SLOW_TEST_MS },
  async () => {
    await fc.assert(
      fc.asyncProperty(histories, (history) =>
        play(history, async (night, done) => {
          for (const runId of [null, ...night.runs]) {
            const survey = await night.survey(runId);
            expect(survey.totals.imbalances, `after ${done}`).toEqual([]);
            expect(reportedIn(survey), `after ${done}`).toEqual(countedIn(night.path, runId));
          }
        }),
      ),
      { numRuns: 25, endOnFailure: true },
    );
  },
);

/** Each takes one thing away or changes it; where there is no such thing it changes nothing. */
const damages = [
  "DELETE FROM lines WHERE line_id = (SELECT max(line_id) FROM lines)",
  "UPDATE lines SET bucket = 'invalid', version_id = NULL WHERE line_id = (SELECT max(line_id) FROM lines WHERE bucket IS NULL)",
  "UPDATE lines SET bucket = 'unchanged' WHERE line_id = (SELECT max(line_id) FROM lines WHERE bucket = 'invalid')",
  // Where a later file was pruned, the newest line may have gone with it.
  "UPDATE lines SET is_latest = 1 - is_latest WHERE bucket IS NULL AND NOT EXISTS (SELECT 1 FROM batches WHERE pruned_at IS NOT NULL)",
  "DELETE FROM batch_rows WHERE rowid = (SELECT max(rowid) FROM batch_rows)",
  "DELETE FROM findings WHERE finding_id = (SELECT max(finding_id) FROM findings)",
  "UPDATE batches SET rows_read = rows_read + 1",
  "DELETE FROM batches WHERE EXISTS (SELECT 1 FROM lines l WHERE l.batch_no = batches.batch_no)",
  "DELETE FROM versions WHERE version_id = (SELECT max(version_id) FROM versions)",
  "UPDATE versions SET state = 'queued' WHERE state = 'accepted' AND found_at IS NULL",
  "UPDATE versions SET state = 'accepted' WHERE state IN ('queued', 'unknown', 'rejected')",
  "DELETE FROM attempts",
  "DELETE FROM shipments",
  "DELETE FROM runs",
  "DELETE FROM declarations",
  "UPDATE declarations SET shipment_id = 9999",
  "UPDATE declarations SET current_status = 'Wondrous'",
  "DELETE FROM declaration_statuses WHERE sequence = (SELECT max(sequence) FROM declaration_statuses)",
  "DELETE FROM notifications WHERE declaration_id IN (SELECT declaration_id FROM declarations JOIN declaration_statuses USING (declaration_no) WHERE source = 'notification')",
];

test(
  "after any history a damage is reported, whatever it is",
  { timeout: SLOW_TEST_MS },
  async () => {
    const noticed = new Map<string, number>(damages.map((damage) => [damage, 0]));
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        let isLast = false;
        // What stands in a file that is not sealed does not count, so nothing of it is missed.
        const names = [...history.names, "read", "send", "reconcile", "hear"] as const;
        let left = names.length;
        await play({ ...history, names: [...names] }, async (night) => {
          left -= 1;
          isLast = left === 0;
          if (!isLast) return;
          await night.ledger.close();
          for (const damage of damages) {
            const path = `${night.path}.damaged`;
            copyFileSync(night.path, path);
            const database = new Database(path);
            database.pragma("foreign_keys = OFF");
            const { changes } = database.prepare(damage).run();
            database.close();
            if (changes === 0) continue;
            const hurt = new Night(await openSqliteLedger(path), path, "", [0]);
            const { totals } = await hurt.survey(null);
            await hurt.ledger.close();
            expect(totals.balanced, damage).toBe(false);
            noticed.set(damage, (noticed.get(damage) ?? 0) + 1);
          }
          night.ledger = await openSqliteLedger(night.path);
        });
      }),
      { numRuns: 10, endOnFailure: true },
    );
    // A damage that never met anything proves nothing.
    expect([...noticed].filter(([, times]) => times === 0)).toEqual([]);
  },
);

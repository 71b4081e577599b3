// A night on a ledger: `night-task.ts record LEDGER COUNT` fills one with shipments that are over and
// done, `night-task.ts night LEDGER NUMBER COUNT` submits a file of new shipments, submits it again,
// asks CAS and writes the report. Prints {units, seconds, peakMiB}.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { defaultCasSettings } from "../src/cas/cas-settings.ts";
import { statusMeaning } from "../src/core/codes/declaration-statuses.ts";
import type { LedgerBooks } from "../src/ledger/ledger.ts";
import { follow } from "../src/pipeline.ts";
import { defaultReconcileSettings } from "../src/reconcile/reconcile-settings.ts";
import { report } from "../src/runs/reporting.ts";
import { send, type SendChoices } from "../src/runs/sending.ts";
import { defaultDocumentSettings } from "../src/documents/document-settings.ts";
import { connect, disconnect, type Session } from "../src/runs/session.ts";
import { defaultDeliverSettings } from "../src/submit/limits/deliver-settings.ts";
import { recordAccepted } from "./accepted-shipments.ts";
import { instantCas, startCas } from "./rehearsal.ts";
import { benchRow, HEADERS } from "./shipment-rows.ts";
import { surroundings } from "./surroundings.ts";

const CONNECTIONS = 64;
const ROWS_PER_SHIPMENT = 3;
const YEAR_MS = 365 * 86_400_000;

const choices: SendChoices = {
  reading: {},
  onInvalid: "skip",
  profileOf: () => null,
  allowAmend: false,
  retryRefused: false,
  deadline: null,
};

/** Shipments that CAS accepted and customs released, in the year until now. */
async function record(ledgerPath: string, count: number): Promise<void> {
  const recordSome = async (
    books: LedgerBooks,
    references: readonly string[],
    at: Date,
  ): Promise<void> => {
    await recordReleased(books, references, at);
    await books.recordSearchedUntil(at.toISOString());
  };
  await recordAccepted(ledgerPath, count, recordSome, YEAR_MS);
}

async function recordReleased(
  books: LedgerBooks,
  references: readonly string[],
  observedAt: Date,
): Promise<void> {
  const shipments = await books.findShipments(references);
  const nothing = {
    ...{ customsShipmentReference: null, traderReference: null, lrn: null, mrn: null },
    ...{ jurisdiction: null, customsFlow: null, customsFlowStep: null, storageLocation: null },
    ...{ customsFlowStepInstanceCount: null, customsFlowStepInstanceSeq: null },
  };
  const time = observedAt.toISOString();
  await books.recordDeclarations(
    shipments.map(({ shipmentId, key }) => ({
      shipmentId,
      ...{ observedAt, source: "search" },
      summary: {
        ...nothing,
        ...{ declarationId: `D-${shipmentId}`, currentStatus: "Released", ...key },
        ...{ creationDate: time, lastUpdated: time },
      },
    })),
  );
}

async function withSession(
  ledgerPath: string,
  cas: { readonly url: string; readonly tokenUrl: string },
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const credentials = { clientId: "bench", clientSecret: "bench" };
  const session = await connect(
    "run",
    {
      environment: "simulator",
      cas: {
        ...defaultCasSettings("acceptance", credentials),
        ...{ apiUrl: cas.url, tokenUrl: cas.tokenUrl, connectionsMax: CONNECTIONS },
      },
      ledgerPath,
      // An established ledger asks about nothing.
      newLedgerMs: 0,
      holdsFirst: false,
      ratePerSecond: Infinity,
      deliver: { ...defaultDeliverSettings, concurrency: CONNECTIONS },
      reconcile: defaultReconcileSettings,
      wait: { pollDelayMs: 50, quietMs: 200, waitMsMax: 1_000 },
      documents: defaultDocumentSettings,
      allowedIn: {},
      timeZone: "UTC",
      acceptedAndBeyond: (status) => statusMeaning(status).acceptedAndBeyond,
    },
    surroundings,
  );
  try {
    await work(session);
  } finally {
    await disconnect(session);
  }
}

async function night(ledgerPath: string, number: number, count: number): Promise<number> {
  await mkdir(dirname(ledgerPath), { recursive: true });
  const folder = await mkdtemp(join(tmpdir(), "cas-batch-bench-night-"));
  const cas = await startCas(instantCas(0)(folder));
  try {
    const path = join(folder, `night-${String(number)}.csv`);
    const rows = Array.from({ length: count * ROWS_PER_SHIPMENT }, (_, index) => {
      const [reference = "", ...cells] = benchRow(index);
      return [`N${String(number)}-${String(reference)}`, ...cells].join(";");
    });
    await writeFile(path, [HEADERS.join(";"), ...rows, ""].join("\n"));
    const file = { path, name: "night.csv" };
    const from = performance.now();
    await withSession(ledgerPath, cas.address, async (session) => {
      const { delivery, stoppedBy } = await send(session, [file], choices, false);
      if (stoppedBy !== null || delivery?.accepted !== count) {
        throw new Error(`Not all was sent: ${JSON.stringify(delivery)}`, { cause: stoppedBy });
      }
      await follow(session, null);
      const filter = { runId: session.runId };
      await report(session, join(folder, "report.xlsx"), filter, null);
    });
    // Once more the same: nothing is to be sent.
    await withSession(ledgerPath, cas.address, async (session) => {
      const { delivery } = await send(session, [file], choices, false);
      if (delivery?.accepted !== 0) throw new Error("The same content was sent again");
    });
    return (performance.now() - from) / 1000;
  } finally {
    await cas.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const [name = "", ledgerPath = "", ...numbers] = process.argv.slice(2);
const [first = 0, second = 0] = numbers.map(Number);
const from = performance.now();
let seconds: number | null = null;
if (name === "record") await record(ledgerPath, first);
else if (name === "night") seconds = await night(ledgerPath, first, second);
else throw new Error(`No such task: ${name}`);
process.stdout.write(
  `${JSON.stringify({
    units: name === "record" ? first : second,
    seconds: seconds ?? (performance.now() - from) / 1000,
    peakMiB: process.resourceUsage().maxRSS / 1024,
  })}\n`,
);

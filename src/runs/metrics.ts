// The metrics of a ledger: written to a file, or told to who scrapes them. Read of the ledger each time, so that they
// are right whichever process tells them, also after a run that failed.
import type { Clock } from "../core/time/clock.ts";
import type { StatusOfBooks } from "../ledger/contract/status.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { metricsText } from "../metrics/metrics-text.ts";
import { replaceTextFile } from "../report/replace-text-file.ts";
import { statusReaders, withStatus, type StatusReader } from "./status.ts";

interface MetricsMade {
  readonly clock: Clock;
  readonly programVersion: string;
}

/**
 * Writes the metrics of all books of a ledger.
 * @returns why the ledger could not be read, which the file says, too; null when it could
 * @throws CasBatchError `file-not-writable`
 */
export async function writeMetrics(
  path: string,
  ledgerPath: string,
  { clock, programVersion }: MetricsMade,
): Promise<unknown> {
  const all = { ledgerPath, environment: null, tenant: null };
  let books: readonly StatusOfBooks[] | null = null;
  let fault: unknown = null;
  try {
    books = await withStatus(all, clock, readAll);
  } catch (error) {
    fault = error;
  }
  await replaceTextFile(path, await metricsText(books, programVersion));
  return fault;
}

/** The metrics of a ledger that is open. */
export async function metricsOf(
  ledger: Ledger,
  { clock, programVersion }: MetricsMade,
): Promise<string> {
  return metricsText(await readAll(await statusReaders(ledger, clock)), programVersion);
}

async function readAll(readers: readonly StatusReader[]): Promise<readonly StatusOfBooks[]> {
  const books: StatusOfBooks[] = [];
  for (const { status } of readers) books.push(await status());
  return books;
}

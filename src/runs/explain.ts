// What the ledger alone knows of a shipment or a declaration; CAS is not asked.
import { correctionsOf, type AllowedIn, type Correction } from "../core/codes/change-rules.ts";
import { CasBatchError } from "../core/errors.ts";
import { kindOf, type MessageKind } from "../core/message-kind.ts";
import { keyText, kindOfKey, type Environment, type ShipmentKey } from "../core/shipment.ts";
import { nearMisses } from "../core/text/did-you-mean.ts";
import type { AttachmentRecord } from "../ledger/contract/attachments.ts";
import type { RecordedChange } from "../ledger/contract/changes.ts";
import type { Identified, ShipmentHistory } from "../ledger/contract/history.ts";
import type { NotificationPage } from "../ledger/contract/notifications.ts";
import type { DeclarationView } from "../ledger/contract/views.ts";
import type { LedgerBooks } from "../ledger/ledger.ts";
import { openSqliteLedger, type SqliteLedger } from "../ledger/sqlite/sqlite-ledger.ts";
import type { RefusedField } from "../trace/trace-error.ts";
import {
  actionsOfDeclarations,
  actionsOfShipment,
  type Action,
} from "../report/actions-of-shipment.ts";

const NOTIFICATIONS_MAX = 1_000;
/** A number that so many things have says nothing. */
const FOUND_MAX = 20;
const NEAR_MISSES_SHOWN_MAX = 3;

interface DeclarationCorrections {
  readonly declarationId: string;
  readonly allowed: readonly Correction[];
}

/** What is known around declarations, and in whose books it stands. */
interface Surroundings {
  readonly environment: Environment;
  readonly tenant: string;
  /** What the text that was asked for is of it. */
  readonly found: readonly Identified[];
  readonly corrections: readonly DeclarationCorrections[];
  /** The documents of its declarations, as far as they were listed. */
  readonly attachments: readonly AttachmentRecord[];
  /** What CAS told of its messages and declarations, newest first. */
  readonly notifications: NotificationPage;
  /** What a person changed in its declarations by hand, oldest first. */
  readonly changes: readonly RecordedChange[];
}

/** One shipment's life. */
export interface TenantHistory extends ShipmentHistory, Surroundings {
  /** Whether it was the simulator that it was sent to: nothing of it was filed. */
  readonly simulated: boolean;
  /** What CAS refused of the newest message, with the cells that it came from. */
  readonly refusedFields: readonly RefusedField[];
  /** What there is to do, as the status report says it. */
  readonly actions: readonly Action[];
}

/** A declaration in CAS that no file of ours explains. */
export interface StrangeDeclaration extends Surroundings {
  readonly declaration: DeclarationView;
}

export interface Explained {
  readonly shipments: readonly TenantHistory[];
  readonly strangers: readonly StrangeDeclaration[];
  /** Whether more has this reference or number than is shown. */
  readonly isCut: boolean;
}

interface Question {
  /** An external reference, or a number that CAS or customs gave. */
  readonly text: string;
  /** Null: messages of any kind. */
  readonly kind: MessageKind | null;
  readonly environment: Environment;
  readonly now: Date;
  readonly allowedIn?: AllowedIn;
  readonly declarationAfterMs?: number | undefined;
}

/**
 * What the ledger knows of an external reference, an LRN, an MRN, a declaration id or a reference id, in all tenants
 * of an environment.
 * @throws CasBatchError `reference-unknown`
 */
export async function explain(ledgerPath: string, question: Question): Promise<Explained> {
  const ledger = await openSqliteLedger(ledgerPath, { readOnly: true });
  try {
    const tenants = await ledger.tenants(question.environment);
    const books = tenants.map((tenant) => ledger.books(question.environment, tenant));
    const { text } = question;
    for (const asked of new Set([text, text.trim()])) {
      const explained = await explainExactly(books, { ...question, text: asked });
      if (explained.shipments.length + explained.strangers.length > 0) return explained;
    }
    throw await unknownReference(ledger, books, question);
  } finally {
    await ledger.close();
  }
}

async function explainExactly(
  allBooks: readonly LedgerBooks[],
  { text, kind, ...question }: Question,
): Promise<Explained> {
  const shipments: TenantHistory[] = [];
  const strangers: StrangeDeclaration[] = [];
  let isCut = false;
  for (const books of allBooks) {
    const identified = await books.identify(text, FOUND_MAX + 1);
    isCut ||= identified.length > FOUND_MAX;
    const all = identified
      .slice(0, FOUND_MAX)
      .filter(({ key }) => kind === null || (key !== null && kindOfKey(key) === kind));
    const byThing = Map.groupBy(all, ({ key, declarationId }) =>
      key === null ? `declaration ${declarationId ?? ""}` : keyText(key),
    );
    for (const found of byThing.values()) {
      const [{ key, declarationId } = { key: null, declarationId: null }] = found;
      if (key !== null) {
        shipments.push(...(await lifeOf(books, key, found, question)));
      } else if (declarationId !== null) {
        const declaration = await books.declaration(declarationId);
        if (declaration === null) continue;
        const around = await surroundings(books, question, { key, declarations: [declaration] });
        strangers.push({ declaration, found, ...around });
      }
    }
  }
  return { shipments, strangers, isCut };
}

async function lifeOf(
  books: LedgerBooks,
  key: ShipmentKey,
  found: readonly Identified[],
  question: Omit<Question, "text" | "kind">,
): Promise<readonly TenantHistory[]> {
  const histories = await books.shipmentHistories(key.externalReference);
  const history = histories.find((one) => keyText(one.key) === keyText(key));
  if (history === undefined) return [];
  const { environment } = question;
  const simulated =
    environment === "simulator" || history.lines.some(({ simulated: isSo }) => isSo);
  const newest = history.lines.at(-1);
  const line = await books.latestLine(key);
  const batches = newest === undefined ? [] : await books.batches({ runId: newest.runId });
  const batch = batches.find(({ batchId }) => batchId === line?.batchId) ?? null;
  const findings = newest?.findings ?? [];
  const input = {
    ...question,
    simulated,
    completeUpTo: await books.searchedUntil(),
    sender: await books.currentHolder(),
  };
  const around = await surroundings(books, question, history);
  // Only what a notification told can differ from what the search shows.
  const isTold = around.notifications.total > 0;
  const { differing } = isTold ? await books.discrepancies(question.now) : { differing: [] };
  const actions =
    line === null
      ? actionsOfDeclarations(history.declarations, input)
      : actionsOfShipment(line, { findings, batch, differing }, input);
  const refusedFields = line?.refusedFields ?? [];
  return [{ simulated, ...history, found, ...around, refusedFields, actions }];
}

async function surroundings(
  books: LedgerBooks,
  { environment, allowedIn = {} }: Omit<Question, "text" | "kind">,
  {
    key,
    declarations,
    versions = [],
  }: Pick<ShipmentHistory, "declarations"> &
    Partial<Pick<ShipmentHistory, "versions">> & { readonly key: ShipmentKey | null },
): Promise<Omit<Surroundings, "found">> {
  const declarationIds = declarations.map(({ declarationId }) => declarationId);
  const referenceIds = versions.flatMap(({ referenceId }) => referenceId ?? []);
  const attachments: AttachmentRecord[] = [];
  for (const id of declarationIds) {
    attachments.push(...(await books.attachmentsOf({ kind: "declaration", id })));
  }
  return {
    tenant: books.tenant,
    environment,
    attachments,
    corrections: declarations.map(({ declarationId, summary }) => ({
      declarationId,
      allowed: correctionsOf(summary, key, environment, allowedIn),
    })),
    notifications: await books.notificationsAbout(
      { key, declarationIds, referenceIds },
      NOTIFICATIONS_MAX,
    ),
    changes: await books.changesOf(declarationIds),
  };
}

/** Names what is spelt nearly so, and where it was looked for. */
async function unknownReference(
  ledger: SqliteLedger,
  allBooks: readonly LedgerBooks[],
  { text, kind, environment }: Question,
): Promise<CasBatchError> {
  const known: string[] = [];
  for (const books of allBooks) {
    for await (const batch of books.identifiers()) known.push(...batch);
  }
  const near = nearMisses(text.trim(), known, NEAR_MISSES_SHOWN_MAX);
  const what = kind === null ? "message and no declaration" : kindOf(kind).noun;
  const tenants = allBooks.map(({ tenant }) => tenant).join(", ");
  const where = tenants === "" ? "; it has no books of any tenant there" : `, tenant ${tenants}`;
  const message = `The ledger ${ledger.location} holds no ${what} ${text} for ${environment}${where}`;
  return new CasBatchError("reference-unknown", message, {
    ...(near.length === 0
      ? {}
      : {
          hint: `Known, and spelt nearly so: ${near.join(", ")}; run the command again with the one that is meant`,
        }),
  });
}

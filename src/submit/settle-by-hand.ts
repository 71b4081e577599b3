// Settles unknown outcomes as a person has found out: the way out where asking CAS leads nowhere. All
// messages are found in the ledger before the first is settled.
import type { Clock } from "../core/time/clock.ts";
import { CasBatchError } from "../core/errors.ts";
import type { Log } from "../core/progress.ts";
import type { MessageKind } from "../core/message-kind.ts";
import { keyText, kindOfKey, type Direction } from "../core/shipment.ts";
import type { UnknownMessage, UnknownBooks } from "../ledger/contract/unknown-messages.ts";
import { shellWord } from "../core/settle-command.ts";

const PAGE_SIZE = 500;

export interface HandSettlement {
  readonly externalReference: string;
  /** Null when only one direction, or kind, has such a message. */
  readonly direction: Direction | null;
  /** Left out when it is not named. */
  readonly kind?: MessageKind;
  readonly outcome: "arrived" | "resend";
}

/**
 * @param who the person, for the books
 * @throws CasBatchError `reference-unknown`, `usage`; then nothing is settled
 */
export async function settleByHand(
  { books, clock, log }: { readonly books: UnknownBooks; readonly clock: Clock; readonly log: Log },
  settlements: readonly HandSettlement[],
  who: string,
): Promise<void> {
  if (settlements.length === 0) return;
  await books.recoverInterrupted(clock.now());
  const unknown = await unknownOf(books, settlements);
  const decisions = settlements.map((settlement) => ({
    message: messageOf(settlement, unknown),
    settlement,
  }));
  const at = clock.now();
  for (const { message, settlement } of decisions) {
    const { attemptId, key } = message;
    const { outcome } = settlement;
    const code = outcome === "arrived" ? "person-found" : "person-missed";
    const reason = { code, by: who } as const;
    if (!(await books.settleUnknown(attemptId, { kind: outcome, reason, at }))) {
      log(
        "warn",
        `${keyText(key)} was settled meanwhile by another process: ${outcome} is not recorded`,
      );
    }
  }
}

async function unknownOf(
  books: UnknownBooks,
  settlements: readonly HandSettlement[],
): Promise<readonly UnknownMessage[]> {
  const wanted = new Set(settlements.map(({ externalReference }) => externalReference));
  const found: UnknownMessage[] = [];
  let page: readonly UnknownMessage[] = [];
  do {
    page = await books.unknownMessages(PAGE_SIZE, page.at(-1)?.versionId);
    found.push(...page.filter(({ key }) => wanted.has(key.externalReference)));
  } while (page.length === PAGE_SIZE);
  return found;
}

function messageOf(
  { externalReference, direction, kind, outcome }: HandSettlement,
  unknown: readonly UnknownMessage[],
): UnknownMessage {
  const [message, another] = unknown.filter(
    ({ key }) =>
      key.externalReference === externalReference &&
      (direction === null || key.direction === direction) &&
      (kind === undefined || kindOfKey(key) === kind),
  );
  if (message === undefined) {
    const of = direction ?? kind;
    const name = of === undefined ? externalReference : `${of} ${externalReference}`;
    throw new CasBatchError(
      "reference-unknown",
      `Cannot settle "${name}": the ledger holds no message of it whose outcome is unknown`,
      {
        hint: `Run \`cas-batch explain ${shellWord(externalReference)}\` to see what is known of it`,
      },
    );
  }
  if (another !== undefined) {
    const isOfTwoKinds = kindOfKey(another.key) !== kindOfKey(message.key);
    const words = [message, another].map(({ key }) =>
      shellWord(`${key.direction ?? kindOfKey(key)}:${externalReference}=${outcome}`),
    );
    throw new CasBatchError(
      "usage",
      isOfTwoKinds
        ? `Cannot settle "${externalReference}": several messages of it are unknown`
        : `Cannot settle "${externalReference}": a message of it is unknown in both directions`,
      {
        hint: `Name the ${isOfTwoKinds ? "kind or " : ""}direction: --settle ${words[0] ?? ""} or ${words[1] ?? ""}`,
      },
    );
  }
  return message;
}

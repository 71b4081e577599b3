// What every implementation of Ledger must do, whatever it stores things in. Each test gets a
// store of its own, which can be opened more than once.
import { beforeEach, describe } from "vitest";
import type { Clock } from "../../src/core/time/clock.ts";
import type { Ledger, LedgerBooks } from "../../src/ledger/ledger.ts";
import { attachmentContract } from "./contract-attachments.ts";
import { batchContract } from "./contract-batches.ts";
import { changeContract } from "./contract-changes.ts";
import { declarationContract } from "./contract-declarations.ts";
import { leaseContract } from "./contract-leases.ts";
import { outboxContract } from "./contract-outbox.ts";
import { unknownContract } from "./contract-unknown.ts";
import { viewContract } from "./contract-views.ts";

export interface LedgerStore {
  readonly open: (clock?: Clock) => Promise<Ledger>;
  readonly remove: () => Promise<void>;
}

/** What a test works on; `books` are those of the simulator's tenant ACME. */
export interface ContractSubject {
  readonly store: LedgerStore;
  readonly ledger: Ledger;
  readonly books: LedgerBooks;
}

export function ledgerContract(makeStore: () => Promise<LedgerStore>): void {
  describe("the contract of Ledger", () => {
    let current: ContractSubject | null = null;
    const subject = (): ContractSubject => {
      if (current === null) throw new Error("There is no ledger outside a test");
      return current;
    };

    beforeEach(async () => {
      const store = await makeStore();
      const ledger = await store.open();
      current = { store, ledger, books: ledger.books("simulator", "ACME") };
      return async () => {
        await ledger.close();
        await store.remove();
      };
    });

    leaseContract(subject);
    batchContract(subject);
    outboxContract(subject);
    unknownContract(subject);
    attachmentContract(subject);
    declarationContract(subject);
    changeContract(subject);
    viewContract(subject);
  });
}

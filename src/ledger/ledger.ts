// The ledger is the truth and the outbox: a message is in it, durably, before its first byte goes
// out, and every report and result file can be made again from it.
//
// The contract says what happened, never how it is stored; an implementation on another database
// passes the same contract tests. It comes in roles (contract/), and a function takes those that it
// uses. A method that returns has made its change durable. Every method may throw CannotNowError
// `ledger-write-failed`; after that nothing may be sent.
import type { Environment } from "../core/shipment.ts";
import type { AttachmentBooks } from "./contract/attachments.ts";
import type { ChangeBooks } from "./contract/changes.ts";
import type { DeclarationBooks } from "./contract/declarations.ts";
import type { EvidenceBooks } from "./contract/evidence.ts";
import type { HistoryBooks } from "./contract/history.ts";
import type { LearnedBooks, ReportBooks } from "./contract/learned.ts";
import type { LeaseBooks } from "./contract/leases.ts";
import type { NotificationBooks } from "./contract/notifications.ts";
import type { OutboxBooks } from "./contract/outbox.ts";
import type { ReadBackBooks } from "./contract/read-back.ts";
import type { ReferenceBooks } from "./contract/references.ts";
import type { RunBooks } from "./contract/runs.ts";
import type { StagingBooks } from "./contract/staging.ts";
import type { StatusBooks } from "./contract/status.ts";
import type { UnknownBooks } from "./contract/unknown-messages.ts";
import type { ViewBooks } from "./contract/views.ts";

export interface Ledger {
  /** The books of one tenant in one environment; no other books can be reached through it. */
  readonly books: (environment: Environment, tenant: string) => LedgerBooks;
  /** The tenants that have books in an environment, by name. */
  readonly tenants: (environment: Environment) => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

export interface BooksOwner {
  readonly environment: Environment;
  readonly tenant: string;
}

/** All roles in one, for the caller who opens the books and hands them on. */
export interface LedgerBooks
  extends
    BooksOwner,
    RunBooks,
    LeaseBooks,
    StagingBooks,
    ReferenceBooks,
    OutboxBooks,
    UnknownBooks,
    DeclarationBooks,
    ReadBackBooks,
    AttachmentBooks,
    NotificationBooks,
    ChangeBooks,
    EvidenceBooks,
    ViewBooks,
    LearnedBooks,
    ReportBooks,
    StatusBooks,
    HistoryBooks {}

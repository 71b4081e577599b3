// The messages between the reading thread and the one that started it.
import type { SourceFile } from "../../core/cell.ts";
import type { ErrorCode } from "../../core/error-codes.ts";
import type { Finding } from "../../core/finding.ts";
import type { MergedFault } from "../../map/rows/merged-cells.ts";
import type { Profile } from "../../map/profile/profile.ts";
import type { OpenTableOptions } from "../../parse/open-table.ts";
import type { OpenedFile, RecordBatch } from "./record-batch.ts";

/** What a reading thread is started with. */
export interface ThreadTask {
  readonly path: string;
  readonly options: OpenTableOptions;
  readonly profile: Profile | null;
  /** The merged cells at fault, when an earlier reading has found them. */
  readonly merged: readonly MergedFault[] | null;
}

/** `more` asks for one more batch; the thread is never further ahead than it was asked for. */
export type ThreadOrder = "more";

export type ThreadAnswer =
  | { readonly kind: "opened"; readonly opened: OpenedFile }
  | { readonly kind: "batch"; readonly batch: RecordBatch }
  | { readonly kind: "end" }
  | { readonly kind: "failed"; readonly failure: ThreadFailure };

/** An error, in a form that survives the way between threads: only its name would otherwise. */
export type ThreadFailure =
  | {
      readonly kind: "unreadable";
      readonly finding: Finding;
      readonly file: SourceFile | null;
      readonly cause: unknown;
    }
  | {
      readonly kind: "cannot-run";
      readonly code: ErrorCode;
      readonly message: string;
      readonly hint: string;
      readonly cause: unknown;
    }
  | { readonly kind: "bug"; readonly error: unknown };

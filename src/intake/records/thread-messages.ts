// What the reading thread and the one that started it say to each other.
import type { SourceFile } from "../../core/cell.ts";
import type { ErrorCode } from "../../core/codes/error-codes.ts";
import type { Finding } from "../../core/finding.ts";
import type { MergedFault } from "../../map/rows/merged-cells.ts";
import type { MappingInput } from "../../map/plan-mapping.ts";
import type { Profile } from "../../map/profile/profile.ts";
import type { OpenTableOptions } from "../../parse/open-table.ts";
import type { FileFacts, RecordBatch } from "./record-batch.ts";

/** What a reading thread is started with. */
export interface ThreadTask {
  readonly path: string;
  readonly options: OpenTableOptions;
  readonly profile: Profile | null;
}

export type ThreadOrder =
  /** Begins a reading of the rows and ends the one before. */
  | { readonly kind: "read"; readonly merged: readonly MergedFault[] | null }
  /** Asks for one more batch; the thread is never further ahead. */
  | { readonly kind: "more" };

export type ThreadAnswer =
  /** A plan holds functions, which cannot be handed over: both sides make it of `mapping`. */
  | { readonly kind: "opened"; readonly facts: FileFacts; readonly mapping: MappingInput }
  /** `reading` counts the readings from 1: answers of one that was given up may still arrive. */
  | { readonly kind: "batch"; readonly reading: number; readonly batch: RecordBatch }
  | { readonly kind: "end"; readonly reading: number }
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

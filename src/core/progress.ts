// How long work reports its progress. Stages report; only the command line decides what is shown.

export interface ProgressEvent {
  readonly phase:
    | "reading"
    | "asking"
    | "sending"
    | "settling"
    | "waiting"
    | "reconciling"
    | "searching"
    | "fetching"
    | "reporting"
    /** Nothing is asked of CAS before `until`; the stage that it interrupts goes on then. */
    | "pausing";
  /** What the work is about: a file's name, "shipments", "declarations". */
  readonly subject: string;
  readonly done: number;
  /** Null while it is not known. */
  readonly total: number | null;
  /** How many of those that are done have errors; absent where the stage finds none. */
  readonly errors?: number;
  /** When a wait ends, at the latest. */
  readonly until?: Date;
}

export type OnProgress = (event: ProgressEvent) => void;

/** A line for the operator's log; `fields` never hold a secret. */
export type Log = (
  level: "debug" | "info" | "warn" | "error",
  message: string,
  fields?: Readonly<Record<string, string | number | boolean | null>>,
) => void;

// How a run ended, in plain words and numbers: all that hooks know of the product.

/** What an exit code asks of people. `action`: it was finished, and somebody has to look at it. */
export type Weight = "nothing" | "action" | "failure";

export interface RunSummary {
  readonly command: string;
  readonly environment: string | null;
  readonly simulated: boolean;
  /** It did not happen: `hooks test`. */
  readonly isTest: boolean;
  readonly tenant: string | null;
  readonly runId: string | null;
  readonly exitCode: number;
  /** The exit code in words. */
  readonly meaning: string;
  readonly weight: Weight;
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** In which times are shown; an IANA name. */
  readonly timeZone: string;
  readonly hostName: string;
  /** What was done. */
  readonly lines: readonly string[];
  /** The first of `actionCount`. */
  readonly actions: readonly ActionLine[];
  readonly actionCount: number;
  readonly next: readonly string[];
  readonly error: { readonly message: string; readonly hint: string } | null;
  readonly report: ReportFiles;
  /** The result as the program hook gets it. Shape: one JSON document. */
  readonly document: string;
}

/** Paths; null where none was written. */
export interface ReportFiles {
  readonly workbook: string | null;
  readonly page: string | null;
  readonly twin: string | null;
  /** The workbook as those who get the mail reach it; its path when nothing else is configured. */
  readonly link: string | null;
}

/** Something that a person has to do, without the values of cells: those may name people. */
export interface ActionLine {
  readonly what: string;
  readonly reference: string | null;
  /** Shape: `day.xlsx › Shipments › M8`. */
  readonly place: string | null;
  readonly nextStep: string;
}

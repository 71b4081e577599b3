// A blank workbook or CSV to fill in, described: the field catalogue says what it holds, the report
// stage draws it. Neither knows the other.

export interface TemplateColumn {
  readonly header: string;
  /** What belongs in the column, for the note on the header. */
  readonly note: string;
  readonly required: boolean;
  /** What of a shipment the column says; `item number` tells which goods item a row speaks of. */
  readonly about: "shipment" | "item" | "item number" | "packaging" | "document";
  /**
   * What a blank cell of a required column may stand for: `reference`, the text of the row above;
   * `direction`, that of the row above beside a blank reference, else of any row with its reference;
   * `item`, that of the row that describes the goods item, where a further row adds a packaging or a document.
   */
  readonly carriedAs?: "reference" | "direction" | "item";
  readonly type: "text" | "code" | "decimal" | "integer" | "date";
  /** Offered in a drop-down when not empty. */
  readonly allowedValues: readonly string[];
  readonly example: string;
}

export interface TemplateSheet {
  readonly name: string;
  readonly columns: readonly TemplateColumn[];
  /** Example rows, by header. */
  readonly examples: readonly Readonly<Record<string, string>>[];
}

/** Languages of the template beside English. */
export type TemplateLanguage = "nl" | "fr" | "de";

export interface TemplateModel {
  readonly title: string;
  /** How to fill it in, one paragraph each, for the `Read me` sheet. */
  readonly instructions: readonly string[];
  readonly sheets: readonly TemplateSheet[];
  readonly words: TemplateWords;
}

/** What stands around the columns; `{sheet}` and `{number}` are filled in. */
export interface TemplateWords {
  /** Names of the sheets for people. */
  readonly readMe: string;
  readonly lists: string;
  readonly columnsOf: string;
  /** Of the table of columns: name, type, note, example. */
  readonly tableHeaders: readonly [string, string, string, string];
  readonly exampleRow: string;
  readonly examplesNote: string;
  readonly types: Readonly<Record<TemplateColumn["type"], string>>;
  readonly required: string;
  readonly example: string;
  /** Asked of a value that a drop-down does not offer. */
  readonly notOnList: string;
  readonly or: string;
}

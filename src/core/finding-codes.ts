// Every fault in a user's data that we can tell. One table: severities and `docs/errors.md` come
// from it. Codes are a contract: scripts and people refer to them, so a code never changes meaning.

interface FindingCodeEntry {
  readonly severity: "error" | "warning" | "info";
  /** Which part of the file it speaks of. */
  readonly about: "file" | "header" | "row" | "shipment" | "cell";
  readonly meaning: string;
  /** What to do, said when the place that finds it has nothing better. */
  readonly hint: string;
}

export const findingCodes = {
  // The file as a whole: nothing of it is read.
  "file-unreadable": {
    severity: "error",
    about: "file",
    meaning: "The file is not there or cannot be opened.",
    hint: "Check the path and the rights, and close the file in other programs",
  },
  "file-empty": {
    severity: "error",
    about: "file",
    meaning: "The file holds no rows at all.",
    hint: "Check that the export has finished and that the right sheet was saved",
  },
  "file-is-xls": {
    severity: "error",
    about: "file",
    meaning: "The file is an old Excel workbook (.xls).",
    hint: "Open it in Excel and save it as .xlsx",
  },
  "file-is-xlsb": {
    severity: "error",
    about: "file",
    meaning: "The file is a binary Excel workbook (.xlsb).",
    hint: "Open it in Excel and save it as .xlsx",
  },
  "file-encrypted": {
    severity: "error",
    about: "file",
    meaning: "The workbook is protected by a password.",
    hint: "Open it in Excel, remove the password under File > Info, and save it",
  },
  "file-damaged": {
    severity: "error",
    about: "file",
    meaning: "The file is cut off or damaged.",
    hint: "Fetch the file again, or open it in Excel and save it under a new name",
  },
  "file-mislabelled": {
    severity: "error",
    about: "file",
    meaning: "The file's content is not what its name says.",
    hint: "Rename the file to the ending that fits its content",
  },
  "file-type-unknown": {
    severity: "error",
    about: "file",
    meaning: "The file is neither .xlsx nor CSV.",
    hint: "Save it as .xlsx or .csv",
  },
  "file-too-large": {
    severity: "error",
    about: "file",
    meaning: "The file is larger than the limit, or unpacks to more than the limit.",
    hint: "Split the file, or delete pictures and sheets that are not needed",
  },
  "encoding-undecidable": {
    severity: "warning",
    about: "file",
    meaning: "The text encoding could not be told with certainty.",
    hint: "Save the file as UTF-8, or name the encoding with --encoding",
  },
  "encoding-broken": {
    severity: "error",
    about: "file",
    meaning: "The file holds bytes that its encoding does not allow.",
    hint: "Save the file as UTF-8, or name the right encoding with --encoding",
  },
  "delimiter-undecidable": {
    severity: "error",
    about: "file",
    meaning: "No delimiter splits the file into the columns of a header.",
    hint: "Name the delimiter with --delimiter",
  },
  "csv-quote-broken": {
    severity: "error",
    about: "file",
    meaning: "A quotation mark is opened and never closed, or stands inside a value.",
    hint: "Correct the quotation mark in the row named, or export the file anew",
  },
  "sheet-hidden": {
    severity: "info",
    about: "file",
    meaning: "A sheet is hidden; it is read like the others.",
    hint: "Unhide the sheet to see what is sent",
  },
  "sheet-ignored": {
    severity: "info",
    about: "file",
    meaning: "A sheet has none of our headers and was not read.",
    hint: "Nothing to do when it is your own sheet",
  },

  // The header row.
  "header-missing": {
    severity: "error",
    about: "header",
    meaning: "No header row was found.",
    hint: "Put the column headers in one row; `cas-batch template` writes a file that has them",
  },
  "header-doubled": {
    severity: "error",
    about: "header",
    meaning: "Two columns have the same header, so their values cannot be told apart.",
    hint: "Rename or delete one of the columns",
  },
  "header-unknown": {
    severity: "warning",
    about: "header",
    meaning: "A column's header is not known; its values are not sent.",
    hint: "Correct the header, or delete the column",
  },
  "header-required": {
    severity: "error",
    about: "header",
    meaning: "A column that every shipment needs is missing.",
    hint: "Add the column",
  },
  "header-below-first-row": {
    severity: "info",
    about: "header",
    meaning: "The header row is not the first row; what stands above it is not read.",
    hint: "Nothing to do when the rows above are a title",
  },
  "header-unchecked": {
    severity: "info",
    about: "header",
    meaning:
      "A column's header is the path of a member that is not known; it is sent as it stands.",
    hint: "Nothing to do when CAS knows the member; else correct the header",
  },
  "header-path-unusable": {
    severity: "error",
    about: "header",
    meaning: "A column's header is a path into the message that cannot be filled from a column.",
    hint: "Correct the path in the header, or delete the column",
  },
  "header-unit-differs": {
    severity: "warning",
    about: "header",
    meaning: "A column's header names another unit than the one its values are sent in.",
    hint: "Check that the values are in the unit named",
  },
  "sheet-missing": {
    severity: "error",
    about: "header",
    meaning: "The sheets do not say which of them holds the shipments.",
    hint: "Name the sheet that holds the shipments Shipments",
  },
  "sheet-not-read": {
    severity: "warning",
    about: "header",
    meaning: "A sheet has our headers but not the name of a sheet that is read.",
    hint: "Rename the sheet when its rows are to be sent",
  },

  // Cells.
  "value-missing": {
    severity: "error",
    about: "cell",
    meaning: "A required value is missing.",
    hint: "Fill in the cell",
  },
  "value-not-allowed": {
    severity: "error",
    about: "cell",
    meaning: "The value is none of those allowed.",
    hint: "Use one of the allowed values",
  },
  "value-repaired": {
    severity: "info",
    about: "cell",
    meaning:
      "The value was read in a way that is certain, though it was not written as it should be.",
    hint: "Nothing to do",
  },
  "text-too-long": {
    severity: "error",
    about: "cell",
    meaning: "The text is longer than allowed.",
    hint: "Shorten the text",
  },
  "number-invalid": {
    severity: "error",
    about: "cell",
    meaning: "The value is no number.",
    hint: "Write digits and one decimal mark, without units",
  },
  "number-ambiguous": {
    severity: "error",
    about: "cell",
    meaning: "The decimal mark and the thousands separator cannot be told apart.",
    hint: "Write the number without thousands separators",
  },
  "number-exponent": {
    severity: "error",
    about: "cell",
    meaning: "The number is written with an exponent, so its last digits may be lost.",
    hint: "Write the number out in full",
  },
  "number-too-precise": {
    severity: "error",
    about: "cell",
    meaning: "The number has more decimals than are allowed.",
    hint: "Round the number to the decimals allowed",
  },
  "number-too-large": {
    severity: "error",
    about: "cell",
    meaning: "The number has more digits than are allowed.",
    hint: "Check the number",
  },
  "number-negative": {
    severity: "error",
    about: "cell",
    meaning: "The number is negative where that makes no sense.",
    hint: "Correct the number",
  },
  "number-not-whole": {
    severity: "error",
    about: "cell",
    meaning: "A whole number is needed.",
    hint: "Write a whole number",
  },
  "date-invalid": {
    severity: "error",
    about: "cell",
    meaning: "The value is no date, or a date that does not exist.",
    hint: "Write the date as YYYY-MM-DD",
  },
  "date-ambiguous": {
    severity: "error",
    about: "cell",
    meaning: "Day and month of the date cannot be told apart.",
    hint: "Write the date as YYYY-MM-DD",
  },
  "code-format": {
    severity: "error",
    about: "cell",
    meaning: "The code has not the form that such codes have.",
    hint: "Correct the code",
  },
  "code-lost-zeros": {
    severity: "error",
    about: "cell",
    meaning: "A code was stored as a number, so its leading zeros may be lost.",
    hint: "Format the column as text and enter the code again with its leading zeros",
  },
  "code-lost-digits": {
    severity: "error",
    about: "cell",
    meaning: "A code or reference was stored as a number with more digits than Excel keeps.",
    hint: "Format the column as text and enter the value again",
  },
  "code-as-number": {
    severity: "warning",
    about: "cell",
    meaning: "A code was stored as a number; its length shows that no zero was lost.",
    hint: "Format the column as text, so that no leading zero can be lost",
  },
  "formula-error": {
    severity: "error",
    about: "cell",
    meaning: "The cell shows an Excel error (#N/A, #REF!, …) instead of a value.",
    hint: "Correct the formula or enter the value",
  },
  "formula-without-value": {
    severity: "error",
    about: "cell",
    meaning: "The cell holds a formula whose result is not in the file.",
    hint: "Open the file in Excel, let it calculate, and save it",
  },
  "text-with-odd-characters": {
    severity: "warning",
    about: "cell",
    meaning:
      "The code holds blanks or look-alike letters that are easily overlooked; they were replaced.",
    hint: "Enter the code again by hand",
  },

  // Rows and shipments.
  "row-without-reference": {
    severity: "error",
    about: "row",
    meaning: "The row belongs to no shipment: its external reference is missing.",
    hint: "Fill in the External reference",
  },
  "row-without-shipment": {
    severity: "error",
    about: "row",
    meaning: "The row names a shipment that the sheet Shipments does not hold.",
    hint: "Add the shipment to the sheet Shipments, or correct the reference",
  },
  "row-duplicate": {
    severity: "warning",
    about: "row",
    meaning: "The row repeats another row of the same item, word for word; it is counted once.",
    hint: "Delete the row",
  },
  "row-without-item": {
    severity: "error",
    about: "row",
    meaning: "The row adds a packaging to a goods item that the shipment does not have.",
    hint: "Add the goods item, or correct the Item number",
  },
  "header-repeated": {
    severity: "warning",
    about: "row",
    meaning: "The row repeats the headers; it is not read.",
    hint: "Delete the row",
  },
  "packaging-repeated": {
    severity: "warning",
    about: "row",
    meaning: "The row gives a goods item the same packaging once more; both are sent.",
    hint: "Leave the packaging blank where the row only adds a document",
  },
  "shipment-incomplete": {
    severity: "error",
    about: "shipment",
    meaning: "Rows that may belong to the shipment could not be assigned, so it may lack goods.",
    hint: "Correct the Direction of the rows named",
  },
  "shipment-contradiction": {
    severity: "error",
    about: "shipment",
    meaning: "Rows of one shipment say different things about it.",
    hint: "Make the rows agree, or leave the value blank after the first row",
  },
  "item-contradiction": {
    severity: "error",
    about: "shipment",
    meaning: "Rows of one goods item say different things about it.",
    hint: "Make the rows agree, or give the second item its own Item number",
  },
  "item-missing": {
    severity: "error",
    about: "shipment",
    meaning: "The shipment has no goods items.",
    hint: "Add at least one goods item",
  },
  "net-exceeds-gross": {
    severity: "error",
    about: "cell",
    meaning: "The net mass is greater than the gross mass.",
    hint: "Correct one of the two masses",
  },
  "path-conflict": {
    severity: "error",
    about: "header",
    meaning:
      "Two columns fill the same member of the message, or one fills the inside of the other.",
    hint: "Delete one of the columns",
  },
  "shipment-invalid": {
    severity: "error",
    about: "shipment",
    meaning: "The shipment does not have the form of a CustomsShipment.",
    hint: "Correct the value named",
  },
} as const satisfies Record<string, FindingCodeEntry>;

export type FindingCode = keyof typeof findingCodes;

// Every fault in a user's data that can be reported. One table: severities and `docs/errors.md` come
// from it. Codes are a contract: scripts and people refer to them, so a code never changes meaning.

interface FindingCodeEntry {
  /** Unless a profile says otherwise. */
  readonly severity: "error" | "warning" | "info";
  /** Which part of the file it speaks of. */
  readonly about: "file" | "header" | "column" | "row" | "shipment" | "cell";
  readonly meaning: string;
  /** What to do, said when the place that finds it has nothing better. */
  readonly hint: string;
  /** Shape: a value in backticks or a case in words, and what happens to it. */
  readonly example: string;
  /**
   * Of an error: there is a value to send all the same, so that a profile may make less of it.
   * Warnings and infos may always be changed.
   */
  readonly lowerable?: true;
  /** Of an info: people check each of them, so that a terminal shows more than the first. */
  readonly shownEach?: true;
  /** Of an error: it makes every row doubtful, so that nothing of the file is sent. */
  readonly refusesFile?: true;
}

type Details = Omit<FindingCodeEntry, "severity" | "about">;

const of =
  (severity: FindingCodeEntry["severity"]) =>
  (about: FindingCodeEntry["about"], details: Details): FindingCodeEntry => ({
    severity,
    about,
    ...details,
  });
const error = of("error");
const warning = of("warning");
const info = of("info");

export const findingCodes = {
  // The file as a whole: nothing of it is read.
  "file-unreadable": error("file", {
    meaning:
      "The file is not there, cannot be opened, or is no file but a folder, a named pipe, a socket or a device.",
    hint: "Check the path and the rights, and close the file in other programs",
    example:
      "`march.xlsx` is open in another program that locks it: nothing of it is read, the other files are.",
  }),
  "file-changed-while-read": error("file", {
    meaning: "Another program wrote to the file, or moved or deleted it, while it was read.",
    hint: "Wait until the program that writes the file has finished, then run the same command again",
    example:
      "An export still adds rows to `march.csv`: nothing of it is sent, because half of it may be old and half of it new.",
  }),
  "file-empty": error("file", {
    meaning: "The file holds no rows at all.",
    hint: "Check that the export has finished and that the right sheet was saved",
    example:
      "An export that wrote no line at all, or a workbook whose sheets are all blank: nothing to send.",
  }),
  "file-is-xls": error("file", {
    meaning: "The file is an old Excel workbook (.xls).",
    hint: "Open it in Excel and save it as .xlsx",
    example: "`march.xls` of Excel 2003: nothing of it is read.",
  }),
  "file-is-xlsb": error("file", {
    meaning: "The file is a binary Excel workbook (.xlsb).",
    hint: "Open it in Excel and save it as .xlsx",
    example: "`march.xlsb`: nothing of it is read.",
  }),
  "file-encrypted": error("file", {
    meaning: "The workbook is protected by a password.",
    hint: "Open it in Excel, remove the password under File > Info, and save it",
    example: "A workbook that asks for a password when it is opened: nothing of it is read.",
  }),
  "file-damaged": error("file", {
    meaning: "The file is cut off or damaged.",
    hint: "Fetch the file again, or open it in Excel and save it under a new name",
    example: "A download that broke off after half of the file: nothing of it is sent.",
  }),
  "file-truncated": error("file", {
    meaning: "The workbook ends too early: it was not written or copied to its end.",
    hint: "Fetch the file again; if it stays like this, open it in Excel and save it as .xlsx",
    example:
      "A copy over the network that broke off after half of the file: nothing of it is sent.",
  }),
  "file-has-doctype": error("file", {
    meaning:
      "A part of the workbook holds a document type declaration, which can read other files or expand without end; no spreadsheet program writes one.",
    hint: "Open it in Excel and save it as .xlsx, if you trust where it comes from",
    example: '`<!DOCTYPE x [<!ENTITY a "…">]>` at the top of a sheet: nothing of the file is read.',
  }),
  "file-has-macros": error("file", {
    meaning: "The workbook holds macros (.xlsm).",
    hint: "Open it in Excel and save it as .xlsx, or have its values read with --allow-macros; the macros never run",
    example: "`march.xlsm`: nothing of it is read.",
  }),
  "file-read-timeout": error("file", {
    meaning: "Reading the file took longer than its time limit, or its drive did not answer.",
    hint: "Copy the file to a local disk and try again, or split it",
    example:
      "A workbook on a network drive that hangs: reading is given up, nothing of it is sent.",
  }),
  "file-not-understood": error("file", {
    meaning:
      "The file made cas-batch fail while it was read. Nothing of the file is sent; the other files are read as ever.",
    hint: "Please report this, with the file if you may show it; until then split the file, or save it anew",
    example:
      "A file that is built in a way that no program writes: it is refused, and the files beside it are sent.",
  }),
  "file-mislabelled": error("file", {
    meaning: "The file's content is not what its name says.",
    hint: "Rename the file to the ending that fits its content",
    example: "`march.xlsx` that holds comma-separated text: nothing of it is read.",
  }),
  "file-type-unknown": error("file", {
    meaning: "The file is neither .xlsx nor CSV.",
    hint: "Save it as .xlsx or .csv",
    example: "`march.pdf`: nothing of it is read.",
  }),
  "file-too-large": error("file", {
    meaning: "The file is larger than the limit, or unpacks to more than the limit.",
    hint: "Split the file, or delete pictures and sheets that are not needed",
    example:
      "A workbook that unpacks to more than the limit: reading stops there, nothing of it is sent.",
  }),
  "encoding-undecidable": error("file", {
    meaning:
      "The text encoding is uncertain: the bytes of the file make likely words in more than one, or in none, or characters of two encodings stand side by side. A warning when only a few rare signs would differ.",
    hint: "Name the encoding in which the words are right with --encoding or `csv: { encoding: … }` in a profile, or save the file as UTF-8",
    example:
      "One row in UTF-8 and one in Windows-1252, put together from two exports, would send `GrÃ¶ÃŸe` for `Größe`; the only accent of a file is `Espa?a` with the byte A4, ñ in CP850 and ¤ in Windows-1252: nothing of the file is read, and the message shows the word in each.",
  }),
  "encoding-broken": error("file", {
    meaning: "The file holds bytes that its encoding, named or found, does not have.",
    hint: "Save the file as UTF-8, or name the right encoding with --encoding",
    example: "A file named UTF-8 with the byte E9 alone: nothing of it is sent.",
  }),
  "delimiter-undecidable": error("file", {
    meaning: "No delimiter splits the file into the columns of a header.",
    hint: "Name the delimiter with --delimiter",
    example: "A first line without comma, semicolon, tab or bar: nothing of the file is read.",
  }),
  "csv-quote-broken": error("file", {
    meaning:
      "A quotation mark is opened and never closed, or text follows a closing one. Of the row alone where the next rows cannot be part of it, else of the file.",
    hint: "Correct the quotation mark in the row named, or export the file anew; where other quotation marks are used, or none, say so with --quote",
    example:
      '`"Bolts, M8` without its closing quotation mark: nothing of the file is sent. `"M8" bolts` in one of its rows: the shipment of the row is not sent.',
  }),
  "line-end-unknown": error("file", {
    meaning:
      "The file is one line to a spreadsheet program: its lines end in a character that is no line end.",
    hint: "Export the file anew with the line ends CR LF or LF",
    example: "Lines that end in U+0085, as mainframes write them: nothing of the file is read.",
  }),
  "nul-padding": warning("file", {
    meaning:
      "The file is filled up with NUL characters behind its last row, as when it was not written or copied to its end; what stands before them is read.",
    hint: "Compare the last row with its source, or export the file anew",
    example: "3,912 NUL characters behind the last row: all rows are sent.",
  }),
  "sheet-hidden": info("file", {
    meaning: "A sheet is hidden; it is read like the others.",
    hint: "Unhide the sheet to see what is sent",
    example: "The sheet `Shipments` is hidden: its rows are sent all the same.",
  }),
  "sheet-ignored": info("file", {
    meaning: "A sheet has none of our headers and was not read.",
    hint: "Nothing to do when it is your own sheet",
    example: "A sheet `Notes` with remarks: it is not read.",
  }),

  // The header row.
  "header-missing": error("header", {
    meaning: "No header row was found.",
    hint: "Put the column headers in one row; `cas-batch template` writes a file that has them",
    example: "A sheet whose rows start with values: nothing of the file is sent.",
  }),
  "header-doubled": error("header", {
    meaning: "Two columns have the same header, so their values cannot be assigned.",
    hint: "Rename or delete one of the columns",
    example: "`Gross mass (kg)` stands over columns F and J: nothing of the file is sent.",
  }),
  "header-unknown": warning("header", {
    meaning: "A column's header is not known; its values are not sent.",
    hint: "Correct the header, or delete the column",
    example: "`Colour`: the column's values are left out, everything else is sent.",
  }),
  "header-synonym": info("header", {
    meaning:
      "A column's header is another name of a column of the template and can mean nothing else; it is read as that column.",
    hint: "Nothing to do; when the column is something else, give it another name",
    example: "`HS code`: the values are sent as Commodity code.",
    shownEach: true,
  }),
  "header-ambiguous": error("header", {
    meaning:
      "A column's header may mean a column of the template that is missing, but not for certain, and its values bear it out; without them every shipment would be incomplete.",
    hint: "Rename the column to what it is; when it is your own, give it another name or say in a profile that it is ignored",
    example: "`Weight` without a word for gross or net: nothing of the file is sent.",
    lowerable: true,
    refusesFile: true,
  }),
  "header-values-known": warning("header", {
    meaning:
      "A column's header is not known, and its values have the form of those of a column of the template that is missing; they are not sent.",
    hint: "Rename the column when its values are to be sent",
    example: "`Ref. 7` above BE0123456789: the numbers are not sent as Consignee EORI.",
  }),
  "header-mistyped": error("header", {
    meaning:
      "A column's header is not known, and differs in a letter or two from the name of one that is missing; without its values every shipment would be incomplete.",
    hint: "Correct the header, or give the column another name when it is something else",
    example: "`Comodity code`: nothing of the file is sent until it is `Commodity code`.",
    lowerable: true,
    refusesFile: true,
  }),
  "header-required": error("header", {
    meaning: "A column that every shipment needs is missing.",
    hint: "Add the column",
    example: "No column `External reference`: nothing of the file is sent.",
  }),
  "header-below-first-row": info("header", {
    meaning: "The header row is not the first row; what stands above it is not read.",
    hint: "Nothing to do when the rows above are a title",
    example: "The headers stand in row 4 below a title: rows 1 to 3 are left out.",
  }),
  "header-unchecked": info("header", {
    meaning:
      "A column's header, or the name of a column or constant in the profile, is the path of a member that is not known; it is sent as it stands.",
    hint: "Nothing to do when CAS knows the member; else correct the header or the profile",
    example: "`tenant.costCenter`: the values are sent in that member.",
  }),
  "profile-guess": warning("header", {
    meaning:
      "What a column is read as was guessed by `profile init`, and `guess: true` stands in the profile still.",
    hint: "Look at the values of the column; when it is right, delete `guess: true` in the profile, else correct the line",
    example:
      "`Auftrag: { to: External reference, guess: true }`: the values are sent as the reference, right or wrong.",
  }),
  "header-path-assumed": info("header", {
    meaning:
      "A column, or a constant of the profile, fills a member of the message whose name is assumed: no public page of CAS shows it.",
    hint: "Ask your CAS team whether the name is right; a profile gives the column another path",
    example:
      "`Item origin country`: the values are sent in `origin.country` of each goods item; where CAS has another name for it, it does not see them.",
  }),
  "header-path-unfamiliar": warning("header", {
    meaning:
      "A column's header, or the path of a column or constant in the profile, has a member that is not known and nearly spelled like one that is; it is sent as it stands.",
    hint: "Correct the path in the header or the profile; nothing to do when CAS knows the member",
    example:
      "`singleAdministrativeDocument.goodshipment.exportCountry`: the values are sent in `goodshipment`, not in `goodsShipment`.",
  }),
  "header-path-unusable": error("header", {
    meaning: "A column's header is a path into the message that cannot be filled from a column.",
    hint: "Correct the path in the header, or delete the column",
    example:
      "`singleAdministrativeDocument.additionalDocuments`: a list cannot be filled from one column, so nothing of the file is sent.",
  }),
  // Messages whose headers are JSON paths.
  "header-no-path": error("header", {
    meaning:
      "Messages of this kind are read by headers that are JSON paths, and a column's header is none.",
    hint: "Write the path of the member, such as `name`, `types[0]` or `items[].quantity`, delete the column, or name it in a profile as `ignore`",
    example: "`Article description` in a file of articles: nothing of the file is sent.",
  }),
  "header-name-forbidden": error("header", {
    meaning: "A header that is a JSON path holds a name that no message may have.",
    hint: "Correct the path, or delete the column",
    example: "`__proto__.code`: nothing of the file is sent.",
  }),
  "path-value-and-object": error("header", {
    meaning: "Two headers that are JSON paths make a value of one member and something else too.",
    hint: "Correct one of the two paths, or delete the column",
    example: "`address` beside `address.city`: nothing of the file is sent.",
  }),
  "list-in-two-forms": error("header", {
    meaning: "A list is filled row by row by one header, and by fixed elements by another.",
    hint: "Write `[]` in all headers of the list, or `[0]`, `[1]` … in all of them",
    example: "`items[].code` beside `items[0].quantity`: nothing of the file is sent.",
  }),
  "list-with-gap": error("header", {
    meaning: "A fixed element of a list has a column, and one before it has none.",
    hint: "Number the elements from [0] without a gap",
    example: "`types[2]` without `types[1]`: nothing of the file is sent.",
  }),
  "lists-multiply": error("header", {
    meaning:
      "Rows would add to two lists that do not stand within each other, or to more than two within each other: how many elements are meant is unknown.",
    hint: "Write one of the lists with fixed elements, `[0]`, `[1]` …, or send its values in a file of their own",
    example: "`items[].code` beside `documents[].type`: nothing of the file is sent.",
  }),
  "key-column-missing": error("header", {
    meaning: "No column holds the member that identifies the messages.",
    hint: "Add the column, or name the member that identifies them with --key or `key` in a profile",
    example: "A file of articles without `itemId`: nothing of the file is sent.",
  }),
  "profile-column-missing": error("header", {
    meaning: "The file lacks a column that its profile names.",
    hint: "Check that the file and the profile belong together; a column that may be missing is `optional: true`",
    example:
      "The profile names `Rohgewicht` and the export calls it `Bruttogewicht` since its update: nothing of the file is sent.",
    refusesFile: true,
  }),
  "rows-left-out": info("row", {
    meaning: "Rows were left out because the profile says so; they count as blank.",
    hint: "Nothing to do when these rows are totals or of no concern",
    example:
      "A row that begins with `Summe` under `rows: { totals: true }`: it is not sent. An order that is `open` under `keepOnly`, and its lines on the other sheets.",
    shownEach: true,
  }),
  "header-unit-differs": error("header", {
    meaning:
      "A column's header names another unit than the one its values are sent in. A warning where the word in parentheses is no unit that is known.",
    hint: "Convert the values and correct the unit in the header",
    example:
      "`Gross mass (lb)`: the numbers would be sent as kilograms; nothing of the file is sent.",
    lowerable: true,
    refusesFile: true,
  }),
  "sheet-missing": error("header", {
    meaning: "The sheets do not say which of them holds the shipments.",
    hint: "Name the sheet that holds the shipments Shipments; to read several, list them under `sheet` in a profile",
    example: "Two sheets, `March` and `April`, have our headers: nothing of the file is sent.",
  }),
  "sheet-not-read": warning("header", {
    meaning: "A sheet has our headers but not the name of a sheet that is read.",
    hint: "Rename the sheet when its rows are to be sent",
    example: "A sheet `Items` beside `Shipments`: its rows are left out.",
  }),

  // Cells.
  "value-missing": error("cell", {
    meaning: "A required value is missing.",
    hint: "Fill in the cell",
    example: "A goods item without a `Goods description`: its shipment is not sent.",
  }),
  "value-not-allowed": error("cell", {
    meaning: "The value is none of those allowed.",
    hint: "Use one of the allowed values",
    example: "`SIDEWAYS` as Direction: the shipment is not sent.",
    lowerable: true,
  }),
  "value-repaired": info("cell", {
    meaning:
      "The value was read in a way that is certain, though it was not written as it should be.",
    hint: "Nothing to do",
    example: "`eur` as Invoice currency: `EUR` is sent.",
  }),
  "text-too-long": error("cell", {
    meaning: "The text is longer than allowed.",
    hint: "Shorten the text",
    example: "A Goods description of 600 characters: the shipment is not sent.",
    lowerable: true,
  }),
  "transforms-too-long": error("cell", {
    meaning: "The transforms of the profile make more characters of a cell than any cell holds.",
    hint: "Correct the transforms of the column in the profile",
    example: "Several `replace` that each write ten letters for one: the shipment is not sent.",
  }),
  "number-invalid": error("cell", {
    meaning: "The value is no number.",
    hint: "Write digits and one decimal mark, without units",
    example: "`12 kg` as Gross mass: the shipment is not sent.",
  }),
  "number-ambiguous": error("cell", {
    meaning:
      "The decimal mark and the thousands separator cannot be distinguished, and the mark was not named.",
    hint: "Write the number without thousands separators, or say once in a profile how numbers are written, such as `number: 1.234,56`",
    example: "`1,23,456` in a file with the decimal mark `.`: the shipment is not sent.",
  }),
  "number-lost-digits": error("cell", {
    meaning: "A number has more digits than Excel keeps, so its last ones are not certain.",
    hint: "Enter the number as text, with all its digits",
    example: "The number `1234567890123457`, which Excel shows as 1234567890123460.",
  }),
  "number-exponent": error("cell", {
    meaning: "The number is written with an exponent, so its last digits may be lost.",
    hint: "Write the number out in full",
    example: "`8.54E+07` as Commodity code: the shipment is not sent.",
  }),
  "number-too-precise": error("cell", {
    meaning: "The number has more decimals than are allowed.",
    hint: "Round the number to the decimals allowed",
    example: "`0.12345` as Customs value: the shipment is not sent.",
    lowerable: true,
  }),
  "number-too-large": error("cell", {
    meaning: "The number has more digits than are allowed.",
    hint: "Check the number",
    example: "`123456789` as Package quantity: the shipment is not sent.",
    lowerable: true,
  }),
  "number-negative": error("cell", {
    meaning: "The number is negative where that makes no sense.",
    hint: "Correct the number",
    example: "`-1` as Gross mass: the shipment is not sent.",
    lowerable: true,
  }),
  "number-not-whole": error("cell", {
    meaning: "A whole number is needed.",
    hint: "Write a whole number",
    example: "`1.5` as Package quantity: the shipment is not sent.",
  }),
  "date-invalid": error("cell", {
    meaning: "The value is no date, or a date that does not exist.",
    hint: "Write the date as YYYY-MM-DD",
    example: "`31/02/2026`: the shipment is not sent.",
  }),
  "date-ambiguous": error("cell", {
    meaning: "Day and month of the date cannot be distinguished.",
    hint: "Write the date as YYYY-MM-DD, or say once in a profile what comes first, such as `dateOrder: dmy`",
    example:
      "`03/04/2026` in a column whose other dates do not show it either: the shipment is not sent.",
  }),
  "code-format": error("cell", {
    meaning: "The code has not the form that such codes have.",
    hint: "Correct the code",
    example: "`IMP` as Declaration type: the shipment is not sent.",
    lowerable: true,
  }),
  "code-lost-zeros": error("cell", {
    meaning: "A code was stored as a number, so its leading zeros may be lost.",
    hint: "Format the column as text and enter the code again with its leading zeros",
    example:
      "The number `1022100` as Commodity code, which was `01022100`: the shipment is not sent.",
  }),
  "code-lost-digits": error("cell", {
    meaning: "A code or reference was stored as a number with more digits than Excel keeps.",
    hint: "Format the column as text and enter the value again",
    example:
      "The number `1234567890123456`, whose last digit Excel replaced by 0: the shipment is not sent.",
  }),
  "code-shown-differently": error("cell", {
    meaning:
      "A code or reference was stored as a number, in a number format that shows something else.",
    hint: "Format the column as text and enter the value as it is to be sent",
    example: "The number `0.5` that the cell shows as `50%`: the shipment is not sent.",
  }),
  "code-with-decimals": error("cell", {
    lowerable: true,
    meaning:
      "A code or reference ends like a number with decimals: it went through a column of numbers, which takes leading zeros away, and what it was is unknown. As a warning, a reference is sent as it was written.",
    hint: "Enter it with all its digits and without decimals, in a workbook as text",
    example:
      "`1022100.0` as Commodity code, which was `01022100` or `10221000`; `4500012345.0` as External reference: the shipment is not sent. `85423190.0` is a whole code and is sent, with a warning.",
  }),
  "code-doubtful": warning("cell", {
    meaning:
      "The code has the form of its kind and is hardly right: a check digit that does not fit, a number that is only zeros, a length that its country does not have. It is sent as it stands.",
    hint: "Check the code; nothing to do when it is right",
    example: "`GB123456789` as Consignee EORI, `9999999999` as Commodity code: they are sent.",
  }),
  "control-character": error("cell", {
    meaning:
      "The value holds a control character, half a pair, or a code point that is no character: it is not visible, and no declaration can hold it. Line breaks and tabs in a description are none.",
    hint: "Delete the character: enter the value again by hand",
    example: "`Bolts` with U+001D of a scanner behind it: the shipment is not sent.",
  }),
  "character-lost": error("cell", {
    lowerable: true,
    meaning:
      "The value holds U+FFFD, which stands where a program could not read a character: the character is lost.",
    hint: "Enter the value again, or take it anew from where the character is still whole",
    example: "`M\ufffdller` instead of `Müller` as Goods description: the shipment is not sent.",
  }),
  "invisible-characters": error("cell", {
    lowerable: true,
    meaning:
      "The reference holds characters that are not seen: no search for the reference finds it, and beside one without them it is another shipment. As a warning, it is sent without them.",
    hint: "Enter the reference again by hand",
    example: "`PO-4711` with a zero-width blank (U+200B) in it: the shipment is not sent.",
  }),
  "value-says-nothing": error("cell", {
    lowerable: true,
    meaning:
      'The code or reference is a word for "there is none", as programs and people write it: NULL, nan, n/a, -, unknown. It would be sent as if it were one.',
    hint: 'Leave the cell blank, or say in a profile what the word means: `values: { NULL: "" }` and `otherValues: keep` beside the column\'s `to`',
    example:
      "`NULL` as Consignee EORI: the shipment is not sent. `NULL` as External reference: the row belongs to no shipment.",
  }),
  "code-as-number": warning("cell", {
    meaning: "A code was stored as a number; its length shows that no zero was lost.",
    hint: "Format the column as text, so that no leading zero can be lost",
    example: "The number `85423190` as Commodity code: `85423190` is sent as text.",
  }),
  "formula-error": error("cell", {
    meaning: "The cell shows an Excel error (#N/A, #REF!, …) instead of a value.",
    hint: "Enter the value, or correct the formula that it comes from",
    example: "`#N/A`, `#NV` or `########` instead of a Gross mass: the shipment is not sent.",
  }),
  "formula-without-value": error("cell", {
    meaning: "The cell holds a formula whose result is not in the file.",
    hint: "Open the file in Excel, let it calculate, and save it",
    example: "`=F2*2` written by a program that does not calculate: the shipment is not sent.",
  }),
  "text-with-odd-characters": warning("cell", {
    meaning:
      "The code holds blanks or look-alike letters that are easily overlooked; they were replaced.",
    hint: "Enter the code again by hand",
    example: "`ВE212000` whose first letter is Cyrillic: `BE212000` is sent.",
  }),
  "code-not-in-list": warning("cell", {
    meaning:
      "The code has the right form but is not in the list that we know; it is sent as it stands.",
    hint: "Check the code; nothing to do when it is a national one",
    example: "`XB` as Declaration type: it is sent.",
  }),
  "code-looks-mistyped": error("cell", {
    meaning:
      "The code holds letters that look like digits, or a letter of another alphabet that cannot be identified for certain.",
    hint: "Enter the code again by hand",
    example: "`8542319O` with the letter O as Commodity code: the shipment is not sent.",
  }),
  "text-mixes-scripts": warning("cell", {
    meaning:
      "The reference mixes letters that look the same but come from different alphabets; it is sent as it stands.",
    hint: "Enter the reference again by hand",
    example: "`РО-4711` whose letters are Cyrillic: it is sent, and finds no PO-4711.",
  }),
  "text-maybe-cut": warning("cell", {
    meaning:
      "The text has exactly 255 characters, where many programs cut texts off; it is sent as it stands.",
    hint: "Compare the end of the text with its source",
    example:
      "A Goods description that ends in the middle of a word after 255 characters: it is sent.",
  }),
  "formula-maybe-stale": error("cell", {
    lowerable: true,
    meaning:
      "The value is the result of a formula in a file that wants its formulas to be calculated anew, so it may be out of date or was never calculated.",
    hint: "Open the file in Excel, let it calculate, and save it",
    example:
      "`=F2*2` with the result 0, written by a program that does not calculate: the shipment is not sent.",
  }),
  "timestamp-without-zone": error("cell", {
    meaning: "A point in time has no time zone, and a local time is not accepted.",
    hint: "Write it with its zone, such as 2026-03-01T12:00:00+01:00",
    example:
      "`2026-03-01 12:00` in a column whose member ends in DateTime: the shipment is not sent.",
  }),
  "amount-too-precise": warning("cell", {
    meaning: "The amount has more decimals than its currency; it is sent as it stands.",
    hint: "Round the amount to the decimals of the currency",
    example: "`100.5` with the currency JPY: 100.5 is sent.",
  }),
  "currency-missing": warning("cell", {
    meaning: "An amount has no currency, and the shipment has no invoice currency.",
    hint: "Fill in the currency",
    example: "Customs value `100`, its currency blank: the amount is sent without one.",
  }),
  "packaging-incomplete": warning("cell", {
    meaning: "A packaging has a type without a quantity, or a quantity without a type.",
    hint: "Fill in both; only goods in bulk have no quantity",
    example: "`CT` without a Package quantity: the packaging is sent without one.",
  }),
  "packaging-contradiction": warning("cell", {
    meaning:
      "Goods in bulk have a number of packages, or a packaging has the number 0 and no other one of the shipment has its type and marks: only goods packed together with others have that.",
    hint: "Correct the Package type or the Package quantity",
    example: "`5` packages of `VR`, or `0` of `CT`: they are sent.",
  }),
  "value-zero": warning("cell", {
    meaning: "A mass or a value is 0.",
    hint: "Fill in the mass or the value; goods without a price have a value too",
    example: "`0` as Customs value: it is sent.",
  }),
  "document-type-doubled": warning("cell", {
    meaning:
      "The type of a document begins with its category: both together are one code, so the letter is there twice.",
    hint: "Leave the letter away in the Document type",
    example: "`N` and `N380` for the commercial invoice, which is `N` and `380`: it is sent.",
  }),
  "declaration-type-contradicts": error("cell", {
    lowerable: true,
    meaning:
      "The Direction is IN and the Declaration type is that of an export, or the other way round.",
    hint: "Correct the Direction or the Declaration type",
    example: "`EX` as Declaration type of a shipment `IN`: the shipment is not sent.",
  }),
  "total-differs": error("cell", {
    lowerable: true,
    meaning: "A total of the shipment is not the sum of what its goods items say.",
    hint: "Correct the total or the goods items",
    example: "Total gross mass `100` and two items of 40 kg: the shipment is not sent.",
  }),

  // Columns: what only the whole of a column shows, reported once for it.
  "dates-ambiguous": error("column", {
    meaning: "Day and month can change places in every date of the column.",
    hint: "Settle it once with `dateOrder` in the profile, or write the dates as YYYY-MM-DD",
    example:
      "`03/04/2026`, `05/06/2026` and no date with a day above 12: no shipment that has such a date is sent.",
  }),
  "dates-maybe-swapped": error("column", {
    lowerable: true,
    refusesFile: true,
    meaning:
      "Real dates whose day and month can change places stand beside text dates that cannot be read the other way: a program has probably read the first kind with day and month swapped.",
    hint: "Import the original file anew with this column as text, or correct the dates",
    example:
      "`04/03/2026` became the date 2026-04-03 while `25/03/2026` stayed text: nothing of the file is sent.",
  }),
  "dates-mixed": warning("column", {
    meaning:
      "Some dates of the column are dates and others are text; each of them was read in the only way there is.",
    hint: "Format the column as dates and enter the texts again",
    example: "A date cell 2026-03-25 above the text `26.03.2026`: both are sent.",
  }),
  "date-orders-mixed": warning("column", {
    meaning:
      "Some text dates of the column have the day first and others the month; each of them was read in the only way there is.",
    hint: "Write all dates as YYYY-MM-DD",
    example: "`25/03/2026` and `03/26/2026`: 2026-03-25 and 2026-03-26 are sent.",
  }),
  "numbers-ambiguous": error("column", {
    meaning:
      "Numbers of the column cannot be read with the decimal mark of the file: the head of the file does not show which it is, or they are written with the other one.",
    hint: "In a workbook, enter the numbers as numbers, not as text; else name the mark once with `decimalMark` in a profile, for the file or for the column, or with --decimal-mark: then the other mark stands before thousands; correct what is written otherwise",
    example:
      "`1.234` and `12.345`, and no number such as `12.5`: they may be thousands, so no shipment that has one is sent.",
  }),
  "decimal-mark-in-doubt": error("file", {
    refusesFile: true,
    meaning:
      "Numbers that can be read in two ways were read with the decimal mark of the file, and other numbers contradict that mark, or none confirms it.",
    hint: "In a workbook, enter the numbers as numbers, not as text; else name the mark once with `decimalMark` in a profile, for the file or for the column, or with --decimal-mark: then the other mark stands before thousands; correct what is written otherwise",
    example:
      "`1,234` in row 5 of a file whose first numbers are such as `1,50`, and `2.5` in row 90,000: it may be 1234, so nothing of the file is sent.",
  }),
  "numbers-as-text": info("column", {
    meaning:
      "Numbers of the column are stored as text in a workbook; they were read with the decimal mark of the file.",
    hint: "Convert the cells to numbers in Excel",
    example: "The text `12.5` below the number 7: 12.5 is sent.",
  }),
  "references-maybe-without-zeros": warning("column", {
    meaning:
      "References of the column are texts with leading zeros, and others are shorter numbers that may have lost theirs; they are sent as they stand.",
    hint: "Format the column as text and enter the numbers again with their zeros",
    example: "The text `0004711` above the number 4712: `4712` is sent.",
  }),
  "references-merged": warning("column", {
    meaning:
      "References that differ in blanks, or in what is not seen, were read as one: their rows are one shipment.",
    hint: "Write the reference alike in all rows, or give the shipments references that differ",
    example: "`PO-1` in row 2 and `PO-1` with a no-break blank behind it in row 9: one shipment.",
  }),
  "references-alike": warning("column", {
    meaning:
      "References of two shipments look alike: they differ in capitals, blanks, a dot at their end, or in signs that have two ways of being written. They are sent as shipments of their own.",
    hint: "Write the reference alike in all rows when one shipment is meant",
    example: "`po-1` and `PO-1`: two shipments are sent.",
  }),
  "values-say-nothing": warning("column", {
    meaning:
      'Texts of the column are words for "there is none", such as NULL or nan; they are sent as they stand.',
    hint: 'Leave the cells blank, or say in a profile what the word means: `values: { NULL: "" }` and `otherValues: keep` beside the column\'s `to`',
    example: "`NULL` as Shipping marks: it is sent.",
  }),
  "value-advisable": warning("column", {
    meaning:
      "Shipments lack what customs ask of every declaration: a Commodity code, the Consignee EORI of an import, the Consignor EORI of an export. They are sent, since CAS may know it.",
    hint: "Fill in the values; where CAS adds them, say `severities: { value-advisable: off }` in a profile",
    example: "3 of 120 goods items without a `Commodity code`: all are sent.",
  }),
  "cells-merged-over-rows": error("column", {
    meaning:
      "One merged cell reaches over the rows of several goods items or shipments: whether its value is meant for each of them or for all together is unknown.",
    hint: "Unmerge the cell and fill in the value of each row",
    example:
      "A `Commodity code` merged over the rows of three goods items, of which only the first would have it: the shipment is not sent. Merged cells over the rows of one goods item, or about one shipment, are read as blanks below the value.",
  }),
  "value-under-merged-cell": error("cell", {
    meaning:
      "A cell that a merged cell covers holds another value than the merged cell shows; a spreadsheet program does not show it.",
    hint: "Unmerge the cells, then correct or delete the value that comes to light",
    example:
      "A2:A3 is merged and shows the reference `PO-1`, and A3 still holds `PO-0`: neither shipment is sent. Blank cells under a merged one, and cells that repeat what it shows, are sound.",
  }),
  "value-without-header": warning("column", {
    meaning:
      "Values stand in a column without a header, so that their meaning is unknown; they are not sent.",
    hint: "Give the column a header, or delete it",
    example: "A value in F7 of a sheet whose headers end in column E: it is left out.",
  }),
  "rows-hidden": warning("file", {
    meaning: "Rows are hidden or filtered away; they are sent like the others.",
    hint: "Show all rows to see what is sent; delete those that are not to be sent",
    example: "A filter on the destination hides rows 5 to 9: they are sent.",
  }),

  // Rows and shipments.
  "row-without-reference": error("row", {
    meaning: "The row belongs to no shipment, or other message: what identifies it is missing.",
    hint: "Fill in the External reference",
    example: "A first row without an External reference: the row is not sent.",
  }),
  "row-longer-than-header": error("row", {
    meaning:
      "A row of a CSV file has a value beyond the last header: a text in it probably holds a delimiter and lacks its quotation marks, so that the values behind it stand in the wrong columns.",
    hint: "Put the value that holds the delimiter in quotation marks, or give the column a header",
    example:
      "`A1,IN,x,1,5` below four headers, where 1,5 was meant and 1 would be sent: the shipment is not sent.",
  }),
  "row-too-short": error("row", {
    meaning:
      "A row of a CSV file ends before columns that the other rows fill, or is the last of a file that breaks off: values are missing that were probably there.",
    hint: "Complete the row; where the values are meant to be blank, write the delimiters of all columns",
    example:
      "`C-9,IN,12` below four headers, where the other rows have a Gross mass: the shipment is not sent.",
    lowerable: true,
  }),
  "row-broken": error("row", {
    meaning:
      "Rows of a CSV file that are short by themselves make one row together: a line end inside a value that lacks its quotation marks has broken it in pieces.",
    hint: "Make one row of the pieces, or put the value that holds the line end in quotation marks",
    example:
      "`C-1,IN,Bolts` above `M8,12.5` below four headers: neither C-1, which would lack its Gross mass, nor M8 is sent.",
    lowerable: true,
  }),
  "row-without-shipment": error("row", {
    meaning: "The row names a shipment that the sheet Shipments does not hold.",
    hint: "Add the shipment to the sheet Shipments, or correct the reference",
    example: "`PO-9` on Goods items and not on Shipments: the row is not sent.",
  }),
  "row-duplicate": warning("row", {
    meaning: "The row repeats another row of the same item, word for word; it is counted once.",
    hint: "Delete the row",
    example: "Item 1 of PO-1 stands twice with the same values: it is sent once.",
  }),
  "row-without-item": error("row", {
    meaning: "The row adds a packaging to a goods item that the shipment does not have.",
    hint: "Add the goods item, or correct the Item number",
    example: "A packaging for item 3 of a shipment with two items: the shipment is not sent.",
  }),
  "header-repeated": warning("row", {
    meaning: "The row repeats the headers; it is not read.",
    hint: "Delete the row",
    example: "The headers once more on top of each printed page: the row is left out.",
  }),
  "packaging-repeated": warning("row", {
    meaning: "The row gives a goods item the same packaging once more; both are sent.",
    hint: "Leave the packaging blank where the row only adds a document",
    example: "3 CT for item 1, in two rows with different documents: 6 cartons are sent.",
  }),
  "list-element-repeated": error("row", {
    meaning:
      "A row adds an element to a list that equals one of another row of the same message: whether two are meant is unknown.",
    hint: "Delete the row, leave the cells of the outer list blank where it only adds to the element above, or say in a profile `severities: { list-element-repeated: warning }` when both are meant",
    example:
      "`items[].code` A-1 with `items[].quantity` 2 in rows 4 and 9 of one formula: it is not sent.",
    lowerable: true,
  }),
  "shipment-incomplete": error("shipment", {
    meaning: "Rows that may belong to the shipment could not be assigned, so it may lack goods.",
    hint: "Correct the Direction of the rows named",
    example: "A row of PO-1 without Direction while PO-1 goes IN and OUT: neither is sent.",
  }),
  "shipment-contradiction": error("shipment", {
    meaning: "Rows of one shipment, or of another message, say different things about it.",
    hint: "Make the rows agree, or leave the value blank after the first row",
    example: "PO-1 in storage location W1 in row 2 and W2 in row 3: it is not sent.",
  }),
  "item-contradiction": error("shipment", {
    meaning: "Rows of one goods item say different things about it.",
    hint: "Make the rows agree, or give the second item its own Item number",
    example: "Item 1 weighs 9 kg in row 2 and 10 kg in row 3: the shipment is not sent.",
  }),
  "item-missing": error("shipment", {
    meaning: "The shipment has no goods items.",
    hint: "Add at least one goods item",
    example: "A shipment on Shipments without rows on Goods items: it is not sent.",
  }),
  "net-exceeds-gross": error("cell", {
    meaning: "The net mass is greater than the gross mass.",
    hint: "Correct one of the two masses",
    example: "Gross mass `10`, Net mass `12`: the shipment is not sent.",
    lowerable: true,
  }),
  "path-conflict": error("header", {
    meaning:
      "Two columns fill the same member of the message, or one fills the inside of the other.",
    hint: "Delete one of the columns",
    example: "A column `Direction` and a column `direction`: nothing of the file is sent.",
  }),
  "shipment-invalid": error("shipment", {
    meaning: "The shipment does not have the form of a CustomsShipment.",
    hint: "Correct the value named",
    example:
      "Text where an object is needed, in a column named by a path: the shipment is not sent.",
  }),
  "row-looks-like-total": error("row", {
    meaning:
      "The row looks like a line of totals, but its numbers are not the sums of those above: whether it is goods is unknown, and its shipment is not sent.",
    hint: "Delete the row; give it an External reference and a Commodity code when it is goods",
    example: "`Total` below the last goods item with a mass that no rows above add up to.",
  }),
  "row-of-totals": warning("row", {
    meaning:
      "The row is a line of totals: its numbers are the sums of those above. It is left out, and the shipments are sent.",
    hint: "Nothing is to be done; give the row an External reference and a Commodity code when it is goods",
    example: "`Total` below the last goods item with the sum of all masses.",
  }),
  "rows-repeated-apart": warning("shipment", {
    meaning:
      "A block of rows of the shipment stands a second time elsewhere, word for word; all are sent.",
    hint: "Delete the second block when it was pasted twice; give the items an Item number when they are meant",
    example: "Rows 2 to 4 of PO-1 once more in rows 9 to 11: six goods items are sent.",
  }),
  "shipment-in-two-files": info("shipment", {
    meaning:
      "Two files of one run hold the shipment with different content; that of the newer file counts.",
    hint: "Nothing is to be done when the newer file is the right one; else take the shipment out of the newer file",
    example:
      "PO-1 in `monday.xlsx` and, with another mass, in `tuesday.xlsx`, which was saved later: that of `tuesday.xlsx` is sent, and that of `monday.xlsx` is superseded. When both were saved at the same time, neither is sent.",
  }),
} satisfies Record<string, FindingCodeEntry>;

export type FindingCode = keyof typeof findingCodes;

// Errors of spreadsheet programs as text, for example in a CSV export: `#N/A` and its like in the
// languages of our users, and the crosses of a number in too narrow a column.

const FIRST = "#".charCodeAt(0);
const CROSSES = /^#{2,}$/;
const names = new Set(
  [
    "#N/A #REF! #VALUE! #DIV/0! #NAME? #NUM! #NULL! #SPILL! #CALC! #FIELD! #BLOCKED! #BUSY!",
    "#GETTING_DATA #CONNECT! #UNKNOWN! #EXTERNAL!",
    // German, Dutch, French
    "#NV #BEZUG! #WERT! #ZAHL! #ÜBERLAUF! #KALK!",
    "#N/B #VERW! #WAARDE! #DEEL/0! #NAAM? #GETAL! #LEEG! #OVERLOOP!",
    "#VALEUR! #NOM? #NOMBRE! #NUL! #PROPAGATION!",
  ].flatMap((line) => line.split(" ")),
);

export function isExcelErrorText(text: string): boolean {
  if (text.charCodeAt(0) !== FIRST) return false;
  return CROSSES.test(text) || names.has(text.toUpperCase());
}

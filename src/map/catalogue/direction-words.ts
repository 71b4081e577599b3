// Words for import and export in the languages that headers are known in. A letter that means one
// thing in one language and the other in the next (E: Einfuhr, export) is not among them.

export const directionWords: ReadonlyMap<string, "IN" | "OUT"> = new Map([
  ...["in", "import", "imports", "inbound", "incoming", "einfuhr", "eingang", "invoer"].map(
    (word) => [word, "IN"] as const,
  ),
  ...["binnenkomend", "importation", "entrée", "wareneingang"].map((word) => [word, "IN"] as const),
  ...["out", "export", "exports", "outbound", "outgoing", "ausfuhr", "ausgang", "uitvoer"].map(
    (word) => [word, "OUT"] as const,
  ),
  ...["uitgaand", "exportation", "sortie", "warenausgang"].map((word) => [word, "OUT"] as const),
]);

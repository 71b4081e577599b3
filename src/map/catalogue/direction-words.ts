// Words for import and export in the languages that headers are known in. A letter that means one
// thing in one language and the other in the next (E: Einfuhr, export) is not among them.

const IMPORT =
  "in import imports imp inbound incoming ein einfuhr eingang invoer binnenkomend importation entrée wareneingang";
const EXPORT =
  "out export exports exp outbound outgoing aus ausfuhr ausgang uit uitvoer uitgaand exportation sortie warenausgang";

export const directionWords: ReadonlyMap<string, "IN" | "OUT"> = new Map([
  ...IMPORT.split(" ").map((word) => [word, "IN"] as const),
  ...EXPORT.split(" ").map((word) => [word, "OUT"] as const),
]);

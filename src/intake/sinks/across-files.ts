// Finds the same shipment with different content in two files of one run. The newer one counts, which the ledger
// knows; the finding says where the other content stands. A fingerprint per shipment is remembered, and only
// when there is more than one file.
import type { Finding, Severity } from "../../core/finding.ts";
import { keyText } from "../../core/shipment.ts";
import { makeFinding } from "../../map/model/make-finding.ts";
import { severityOf, type Severities } from "../../map/model/severity.ts";
import type { BatchSink, ShipmentLine } from "./batch-sink.ts";

export interface AcrossFiles {
  /** A sink that passes everything on to the given one and adds its findings. */
  readonly watch: (
    sink: BatchSink,
    file: { readonly name: string; readonly severities: Severities | undefined },
  ) => BatchSink;
}

interface Seen {
  readonly hash: string;
  readonly fileName: string;
  readonly row: number;
}

export function createAcrossFiles(fileCount: number): AcrossFiles {
  if (fileCount < 2) return { watch: (sink) => sink };
  const seen = new Map<string, Seen>();
  return {
    watch: (sink, { name, severities }) => {
      let ofThisFile = new Map<string, Seen>();
      return {
        ...sink,
        open: (file) => {
          ofThisFile = new Map();
          return sink.open(file);
        },
        addLines: async (lines) => {
          const findings: Finding[] = [];
          const compare = (line: ShipmentLine): ShipmentLine => {
            if (line.message === null) return line;
            const key = keyText(line.key);
            const hash = line.message.contentHash;
            ofThisFile.set(key, { hash, fileName: name, row: line.rows[0]?.row ?? 0 });
            const before = seen.get(key);
            if (before === undefined || before.hash === hash) return line;
            const severity = severityOf("shipment-in-two-files", severities, true);
            if (severity === "off") return line;
            findings.push(inTwoFiles(line, name, before, severity));
            return severity === "error" ? { ...line, message: null } : line;
          };
          const buckets = await sink.addLines(mapped(lines, compare));
          if (findings.length > 0) await sink.addFindings(findings);
          return buckets;
        },
        seal: (end) => {
          if (!end.rejected) for (const [key, line] of ofThisFile) seen.set(key, line);
          return sink.seal(end);
        },
      };
    },
  };
}

function* mapped(
  lines: Iterable<ShipmentLine>,
  change: (line: ShipmentLine) => ShipmentLine,
): Generator<ShipmentLine> {
  for (const line of lines) yield change(line);
}

function inTwoFiles(
  { key, rows }: ShipmentLine,
  fileName: string,
  before: Seen,
  severity: Severity,
): Finding {
  const [first] = rows;
  return makeFinding(
    "shipment-in-two-files",
    {
      file: fileName,
      sheet: first?.sheet ?? null,
      path: "externalReference",
      ...(first === undefined ? {} : { row: first.row }),
    },
    {
      value: key.externalReference,
      message: `${keyText(key)} is in ${before.fileName} too (row ${before.row}), with different content; the newer of the two files counts`,
    },
    severity,
  );
}

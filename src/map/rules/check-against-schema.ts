// Holds a finished message against the form of a CustomsShipment. What fails here got past every
// reader, so it is told with as much of its origin as the sources know.
import type { z } from "zod";
import type { Finding } from "../../core/finding.ts";
import { isJsonObject, type JsonValue } from "../../core/json.ts";
import type { SourceNode } from "../../core/shipment.ts";
import type { DrawnMessage } from "../shipment/draw-message.ts";
import { makeFinding } from "../model/make-finding.ts";
import type { MappingPlan } from "../model/mapping-plan.ts";
import { segmentsText } from "../model/member-path.ts";

export function checkAgainstSchema(plan: MappingPlan, message: DrawnMessage): readonly Finding[] {
  const body = plan.emptyCellDeletes ? withoutNulls(message.body) : message.body;
  const result = plan.catalogue.schema.safeParse(body);
  return result.success
    ? []
    : result.error.issues.map((issue) => issueFinding(plan, message, issue));
}

/** A null clears a member under Update; the form of what is there is no concern of it. */
function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]));
}

const SOURCE = /^(?:(.*)!)?([A-Z]+)(\d+)$/;

function issueFinding(plan: MappingPlan, message: DrawnMessage, issue: z.core.$ZodIssue): Finding {
  const segments = issue.path.map((step) => (typeof step === "number" ? step : String(step)));
  const source = nearestSource(message.sources, segments);
  const [, sheetName, letters, row] = SOURCE.exec(source ?? "") ?? [];
  const sheet = plan.sheets.find(({ sheet: name }) => name === sheetName) ?? plan.sheets[0];
  const header = sheet?.columns.find((column) => column.letters === letters)?.header;
  return makeFinding(
    "shipment-invalid",
    {
      file: plan.fileName,
      sheet: sheet?.sheet ?? null,
      path: segmentsText(segments),
      ...(row === undefined || letters === undefined ? {} : { row: Number(row), letters }),
      ...(header === undefined ? {} : { header }),
    },
    { message: `${segmentsText(segments)} does not have its form: ${issue.message}` },
  );
}

/** The cell of a member, or any cell of what is inside it or of the nearest object around it. */
function nearestSource(sources: SourceNode, segments: readonly (string | number)[]): string | null {
  let node: SourceNode = sources;
  for (const segment of segments) {
    const below: SourceNode | null | undefined = isArray(node)
      ? node[Number(segment)]
      : typeof node === "object"
        ? node[segment]
        : null;
    if (below == null) break;
    node = below;
  }
  return firstLeaf(node);
}

function firstLeaf(node: SourceNode | null): string | null {
  if (node === null || typeof node === "string") return node;
  for (const child of isArray(node) ? node : Object.values(node)) {
    const leaf = firstLeaf(child);
    if (leaf !== null) return leaf;
  }
  return null;
}

function isArray(node: SourceNode): node is readonly (SourceNode | null)[] {
  return Array.isArray(node);
}

// A finished message against the schema of its kind. What fails here got past every cell reader; the
// finding names the cell as far as the sources know it.
import type { z } from "zod";
import type { Finding } from "../../core/finding.ts";
import { isJsonObject, type JsonValue } from "../../core/json.ts";
import { fieldLocator } from "../../trace/field-locator.ts";
import { parseFieldPath } from "../../trace/field-path.ts";
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

/** A null clears a member under Update; the schema speaks of values that are there. */
function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]));
}

const ADDRESS = /^([A-Z]+)(\d+)$/;

function issueFinding(plan: MappingPlan, message: DrawnMessage, issue: z.core.$ZodIssue): Finding {
  const path = segmentsText(
    issue.path.map((step) => (typeof step === "number" ? step : String(step))),
  );
  const [first] = plan.sheets;
  const locate = fieldLocator({
    payload: JSON.stringify(message.body),
    sources: message.sources,
    sheet: first?.sheet ?? null,
  });
  const found = locate(parseFieldPath(path, 0));
  const [, letters, row] = ADDRESS.exec(found.cell ?? "") ?? [];
  const sheet = plan.sheets.find(({ sheet: name }) => name === found.sheet) ?? first;
  const header = sheet?.columns.find((column) => column.letters === letters)?.header;
  return makeFinding(
    "shipment-invalid",
    {
      file: plan.fileName,
      sheet: sheet?.sheet ?? null,
      path,
      ...(row === undefined || letters === undefined ? {} : { row: Number(row), letters }),
      ...(header === undefined ? {} : { header }),
    },
    { message: `${path} does not have its form: ${issue.message}` },
  );
}

// A declaration as a page to read: what it is and where it stands, what is wrong with it, its documents, and then
// everything else that CAS says of it, by CAS's names.
import type { Included } from "../../cas/cas-client.ts";
import { statusMeaning } from "../../core/codes/declaration-statuses.ts";
import type { DeclarationDetail } from "../../core/declaration.ts";
import { isJsonNumber, isJsonObject, type JsonValue } from "../../core/json.ts";

/** Shown at the head of the page, so not once more below it. */
const AT_HEAD: ReadonlySet<string> = new Set([
  ...["declarationId", "id", "currentStatus", "externalReference", "direction", "lrn", "mrn"],
  ...["customsShipmentReference", "traderReference", "customsFlow", "customsFlowStep"],
  ...["jurisdiction", "storageLocation", "creationDate", "lastUpdated", "errors", "attachments"],
]);
const LABEL_WIDTH = 20;

export function describeDeclaration(
  detail: DeclarationDetail,
  answer: JsonValue,
  included: readonly Included[],
): readonly string[] {
  const { declarationId, currentStatus, errors, attachments } = detail;
  const { meaning, nextStep } = statusMeaning(currentStatus);
  const facts: readonly (readonly [string, string | null])[] = [
    ["Status", `${currentStatus} (${meaning})`],
    ["What to do", nextStep],
    ["External reference", detail.externalReference],
    ["Direction", detail.direction],
    ["LRN", detail.lrn],
    ["MRN", detail.mrn],
    ["Customs shipment", detail.customsShipmentReference],
    ["Trader reference", detail.traderReference],
    ["Customs flow", detail.customsFlow],
    ["Flow step", detail.customsFlowStep],
    ["Jurisdiction", detail.jurisdiction],
    ["Storage location", detail.storageLocation],
    ["Created", detail.creationDate],
    ["Last updated", detail.lastUpdated],
  ];
  const others = isJsonObject(answer)
    ? Object.entries(answer).filter(([name]) => !AT_HEAD.has(name))
    : [];
  return [
    `Declaration ${declarationId}`,
    ...facts.flatMap(([label, value]) =>
      value === null ? [] : [`  ${label.padEnd(LABEL_WIDTH)}${value}`],
    ),
    ...(included.includes("errors")
      ? section(
          "Errors",
          errors.flatMap(({ errorCode, message, description, fieldReference }) => [
            `  ${errorCode ?? "error"}  ${message ?? ""}`,
            ...(description === null ? [] : [`    ${description}`]),
            ...fieldReference.map(
              ({ path, fieldName }) =>
                `    field ${[path, fieldName].filter((part) => part !== null).join(".")}`,
            ),
          ]),
        )
      : []),
    ...(included.includes("attachments")
      ? section(
          "Documents",
          attachments.map(
            ({ id, documentType, fileName }) =>
              `  ${documentType ?? "document"}  ${fileName ?? ""}  (id ${id || "missing"})`,
          ),
        )
      : []),
    ...(others.length === 0
      ? []
      : ["", "Content", ...others.flatMap(([name, value]) => outline(name, value, 1))]),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return ["", title, ...(lines.length === 0 ? ["  none"] : lines)];
}

function scalarText(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** One line for each value, below the members that it stands in. */
function outline(name: string, value: JsonValue, depth: number): readonly string[] {
  const indent = "  ".repeat(depth);
  if (Array.isArray(value)) {
    const list = value as readonly JsonValue[];
    if (list.length === 0) return [`${indent}${name}: none`];
    return list.flatMap((one, at) => outline(`${name} ${String(at + 1)}`, one, depth));
  }
  if (!isJsonObject(value)) {
    const text = isJsonNumber(value)
      ? value.rawJSON
      : value === null
        ? "nothing"
        : scalarText(value);
    return [`${indent}${name}: ${text}`];
  }
  const inside = Object.entries(value).flatMap(([member, one]) => outline(member, one, depth + 1));
  return [`${indent}${name}`, ...inside];
}

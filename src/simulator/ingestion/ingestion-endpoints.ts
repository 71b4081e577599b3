// The eight ingestion endpoints, and the one that reads a movement order back. They check form and structure
// only; a message is on the disk before it is answered with 202. Source: seeds/003, Ingestion API endpoints
// and Response.
import { sha256Hex } from "../../core/json.ts";
import { jsonAnswer, problemAnswer, type Answer } from "../api/answer.ts";
import type { ApiParts, ApiRequest, RefusableAnswer } from "../api/api-request.ts";
import { fieldErrors } from "../api/field-errors.ts";
import { readJsonBody } from "../api/json-body.ts";
import type { Route, RouteMatch } from "../api/route.ts";
import { takeDurably } from "../api/take-durably.ts";
import { asContent, parseContent, textAt } from "../flow/message-content.ts";
import type { RegisterRecord } from "../flow/registers.ts";
import type { AcceptedEntry, IngestedEntry } from "../journal/journal-entry.ts";
import { customsShipment } from "./customs-shipment.ts";
import { checkMessage, keyOf, MESSAGE_KINDS, type KindEndpoint } from "./message-kinds.ts";

export function ingestionRoutes({ shapes }: Pick<ApiParts, "shapes">): readonly Route[] {
  return [
    // Source: seeds/000 step 4, and step 2 for the scope.
    {
      method: "POST",
      path: "/v1/customsshipments",
      scope: "create:messages",
      answer: answerShipment,
    },
    ...MESSAGE_KINDS.map((kind): Route => ({
      method: "POST",
      path: shapes.pathStyle === "hyphens" ? (kind.hyphenatedPath ?? kind.path) : kind.path,
      scope: kind.scope,
      answer: (request, parts) => answerMessage(kind, request, parts),
    })),
    // Source: Movement orders.
    {
      method: "GET",
      path: "/v1/movementorders/{id}",
      scope: "read:wms",
      answer: answerMovementOrder,
    },
  ];
}

async function answerShipment(request: ApiRequest, parts: ApiParts): Promise<RefusableAnswer> {
  const read = await readJsonBody(request);
  if (read.kind === "unread") return read.answer;
  const checked = customsShipment.safeParse(read.value);
  if (!checked.success) {
    const message = asContent(read.value);
    const answer = problemAnswer(400, "The message does not fit the CustomsShipment model", {
      errors: fieldErrors(checked.error),
      errorsShape: parts.problemErrorsShape,
    });
    return {
      ...answer,
      shipment: {
        direction: textAt(message, "direction"),
        externalReference: textAt(message, "externalReference"),
        messageType: textAt(message, "messageType"),
      },
    };
  }
  const { direction, externalReference, messageType } = checked.data;
  const { sequence, referenceId } = parts.nextReference();
  const entry: AcceptedEntry = {
    kind: "accepted",
    at: parts.clock.now().toISOString(),
    direction,
    externalReference,
    messageType: messageType ?? "New",
    sequence,
    referenceId,
    bodyHash: sha256Hex(read.body),
    stepDelayMs: parts.stepDelayMs,
    body: read.body,
  };
  return takeDurably(entry, parts, jsonAnswer(202, { referenceId }));
}

async function answerMessage(
  kind: KindEndpoint,
  request: ApiRequest,
  parts: ApiParts,
): Promise<Answer> {
  const read = await readJsonBody(request);
  if (read.kind === "unread") return read.answer;
  const { messageKind, model } = kind;
  const errors = checkMessage(model, read.value);
  if (errors.length > 0) {
    return problemAnswer(400, `The message does not fit the ${messageKind} model`, {
      errors,
      errorsShape: parts.problemErrorsShape,
    });
  }
  const { sequence, referenceId } = parts.nextReference();
  const entry: IngestedEntry = {
    kind: "ingested",
    at: parts.clock.now().toISOString(),
    messageKind,
    key: keyOf(kind, asContent(read.value) ?? {}),
    sequence,
    referenceId,
    bodyHash: sha256Hex(read.body),
    stepDelayMs: parts.stepDelayMs,
    body: read.body,
  };
  return takeDurably(entry, parts, jsonAnswer(202, { referenceId }));
}

/**
 * Source: Movement orders: for checking the status, reading validation errors, reading the data back; the
 * members beyond the message's own, and the names of the statuses, are assumed.
 */
function answerMovementOrder(_request: ApiRequest, parts: ApiParts, found: RouteMatch): Answer {
  parts.advance();
  const id = found.value("id");
  const record =
    parts.shapes.movementOrderId === "external"
      ? parts.registers.record("MovementOrder", id)
      : parts.registers.recordOf(id);
  if (record?.message.messageKind !== "MovementOrder") {
    return problemAnswer(404, `There is no movement order ${id}`);
  }
  const { message, outcome } = record;
  return jsonAnswer(200, {
    ...parseContent(message.body),
    id: message.referenceId,
    status: movementStatus(record),
    errors: (outcome?.errorDescriptions ?? []).map((text) => ({ message: text })),
  });
}

function movementStatus({ outcome }: RegisterRecord): "New" | "Processed" | "Invalid" {
  if (outcome === null) return "New";
  return outcome.result === "unsuccessful" ? "Invalid" : "Processed";
}

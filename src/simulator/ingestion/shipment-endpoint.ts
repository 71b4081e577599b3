// POST /v1/customsshipments: a message is on the disk before it is answered with 202.
import { sha256Hex } from "../../core/json.ts";
import { jsonAnswer, problemAnswer } from "../api/answer.ts";
import {
  mediaType,
  type ApiParts,
  type ApiRequest,
  type RefusableAnswer,
} from "../api/api-request.ts";
import type { Route } from "../api/route.ts";
import type { AcceptedEntry } from "../journal/journal-entry.ts";
import { checkFormat } from "./message-check.ts";
import { textAt } from "../flow/message-content.ts";

/** Source: seeds/000 step 4; seeds/000 step 2 for the scope. */
export const INGESTION_ROUTES: readonly Route[] = [
  {
    method: "POST",
    path: "/v1/customsshipments",
    scope: "create:messages",
    answer: answerShipment,
  },
];

/** Source: seeds/000 step 4 and seeds/003, Response. */
async function answerShipment(request: ApiRequest, parts: ApiParts): Promise<RefusableAnswer> {
  if (mediaType(request.contentType) !== "application/json") {
    return problemAnswer(415, "Content-Type must be application/json");
  }
  const body = await request.readBody();
  if (body === null) {
    // What is still on its way would be taken for the next request.
    return problemAnswer(413, "The message is too long", { headers: { connection: "close" } });
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return problemAnswer(400, "The body is no JSON");
  }
  const checked = checkFormat(parsed);
  if (checked.kind === "unfit") {
    const answer = problemAnswer(400, "The message does not fit the CustomsShipment model", {
      errors: checked.errors,
      errorsShape: parts.problemErrorsShape,
    });
    return {
      ...answer,
      shipment: {
        direction: textAt(checked.message, "direction"),
        externalReference: textAt(checked.message, "externalReference"),
        messageType: textAt(checked.message, "messageType"),
      },
    };
  }
  const { sequence, referenceId } = parts.nextReference();
  const entry: AcceptedEntry = {
    kind: "accepted",
    at: parts.clock.now().toISOString(),
    ...checked.envelope,
    sequence,
    referenceId,
    bodyHash: sha256Hex(body),
    stepDelayMs: parts.stepDelayMs,
    body,
  };
  try {
    await parts.journal.appendDurably(entry);
  } catch (error) {
    return problemAnswer(503, `The simulator cannot write its state: ${String(error)}`);
  }
  parts.processLater(entry);
  return jsonAnswer(202, { referenceId });
}

// What is answered with success is on the disk before.
import type { TakenEntry } from "../flow/processing.ts";
import { problemAnswer, type Answer } from "./answer.ts";
import type { ApiParts } from "./api-request.ts";

export async function takeDurably(
  entry: TakenEntry,
  parts: ApiParts,
  success: Answer,
): Promise<Answer> {
  try {
    await parts.journal.appendDurably(entry);
  } catch (error) {
    return problemAnswer(503, `The simulator cannot write its state: ${String(error)}`);
  }
  parts.processLater(entry);
  return success;
}

import { describe, expect, test } from "vitest";
import type { Happening } from "../../src/simulator/flow/happening.ts";
import { openSession, shipment, temporaryStateFile } from "./simulator-session.ts";

interface Heard {
  readonly text: string;
  readonly isFresh: boolean;
}

function listener() {
  const heard: Heard[] = [];
  return {
    heard,
    onHappening: (happening: Happening, at: string, isFresh: boolean) =>
      heard.push({ text: `${at.slice(11, 19)} ${textOf(happening)}`, isFresh }),
  };
}

function textOf(happening: Happening): string {
  if (happening.kind === "declaration-status-changed") return happening.declaration.status ?? "";
  if (happening.kind === "declaration-pdf-created")
    return `PDF ${happening.attachment.documentType}`;
  return "errorDescriptions" in happening
    ? `${happening.kind}: ${happening.errorDescriptions.join()}`
    : happening.kind;
}

describe("onHappening", () => {
  test("hears of every status and of the PDF, at the time of each", async () => {
    const { heard, onHappening } = listener();
    const session = await openSession({ onHappening });
    await session.send(shipment());
    await session.search();
    expect(heard.map(({ text }) => text)).toEqual([
      "18:00:01 New",
      "18:00:02 Validated",
      "18:00:03 Queued",
      "18:00:04 Submitted",
      "18:00:05 Accepted",
      "18:00:06 Released",
      "18:00:06 PDF EAD",
    ]);
    expect(heard.every(({ isFresh }) => isFresh)).toBe(true);
  });

  test("hears of a creation and of a replace that went wrong", async () => {
    const { heard, onHappening } = listener();
    const session = await openSession({ onHappening });
    await session.send(shipment({ storageLocationReference: "CLOSED-01" }));
    await session.send(shipment({ messageType: "Replace" }));
    await session.search();
    expect(heard.map(({ text }) => text)).toEqual([
      "18:00:01 creation-unsuccessful: Storage location CLOSED-01 is closed",
      "18:00:21 replace-unsuccessful: There is no customs shipment to replace",
    ]);
  });

  test("after a restart hears the same again, told apart from what is new", async () => {
    const stateFile = temporaryStateFile();
    const before = listener();
    const session = await openSession({ stateFile, onHappening: before.onHappening });
    await session.send(shipment(), 3);
    await session.search();
    await session.simulator.close();
    session.clock.move(10_000);
    const after = listener();
    const again = await openSession({
      stateFile,
      clock: session.clock,
      onHappening: after.onHappening,
    });
    await again.search();
    expect(before.heard).toHaveLength(3);
    expect(after.heard.slice(0, 3)).toEqual(
      before.heard.map((each) => ({ ...each, isFresh: false })),
    );
    expect(after.heard.slice(3).map(({ text, isFresh }) => [text.slice(9), isFresh])).toEqual([
      ["Submitted", true],
      ["Accepted", true],
      ["Released", true],
      ["PDF EAD", true],
    ]);
  });
});

import { expect, test } from "vitest";
import type { MessageType } from "../../../src/core/shipment.ts";
import type {
  KnownShipment,
  MessageDraft,
  MessageState,
} from "../../../src/ledger/contract/staging.ts";
import {
  createHoldReason,
  createLineDecider,
  type LinePolicy,
} from "../../../src/submit/limits/decide-line.ts";

const acceptedAndBeyond = (status: string): boolean => ["Accepted", "Released"].includes(status);
const careful: LinePolicy = { allowAmend: false, retryRefused: false, acceptedAndBeyond };

function draft(contentHash: string, messageType: MessageType = "Upsert"): MessageDraft {
  return { messageKind: "CustomsShipment", messageType, payload: "{}", contentHash, sources: {} };
}

/** @param versions newest first, as hash and state */
function known(
  versions: readonly (readonly [string, MessageState])[],
  declarationStatuses: readonly string[] = [],
): KnownShipment {
  return {
    shipmentId: "1",
    versions: versions.map(([contentHash, state], index) => ({
      versionId: `v${String(versions.length - index)}`,
      versionNumber: versions.length - index,
      contentHash,
      state,
      otherFileOfRun: null,
    })),
    declarationStatuses,
  };
}

test("createLineDecider() queues a shipment that nobody knows", () => {
  expect(createLineDecider(careful)(draft("a"), null)).toEqual({ kind: "queue" });
});

test.each(["accepted", "queued", "sending", "unknown"] as const)(
  "createLineDecider() calls content unchanged whose latest version is %s",
  (state) => {
    const decision = createLineDecider(careful)(draft("a"), known([["a", state]]));
    expect(decision).toEqual({ kind: "unchanged", versionId: "v1" });
  },
);

test("createLineDecider() calls content unchanged also when its declaration is released", () => {
  const decision = createLineDecider(careful)(draft("a"), known([["a", "accepted"]], ["Released"]));
  expect(decision).toEqual({ kind: "unchanged", versionId: "v1" });
});

test("createLineDecider() does not send refused content again", () => {
  const decision = createLineDecider(careful)(draft("a"), known([["a", "rejected"]]));
  expect(decision).toEqual({ kind: "refused-before", versionId: "v1" });
});

test("createLineDecider() sends refused content again when told to", () => {
  const decide = createLineDecider({ ...careful, retryRefused: true });
  expect(decide(draft("a"), known([["a", "rejected"]]))).toEqual({ kind: "queue" });
});

test("createLineDecider() calls content unchanged that CAS still has after a refused change", () => {
  const history = known([
    ["b", "rejected"],
    ["a", "accepted"],
  ]);
  const decision = createLineDecider(careful)(draft("a"), history);
  expect(decision).toEqual({ kind: "unchanged", versionId: "v1" });
});

test("createLineDecider() queues content that CAS had once and has no more", () => {
  const history = known([
    ["b", "accepted"],
    ["a", "accepted"],
  ]);
  expect(createLineDecider(careful)(draft("a"), history)).toEqual({ kind: "queue" });
});

test("createLineDecider() queues a change while no declaration is accepted", () => {
  const history = known([["a", "accepted"]], ["New", "Invalid"]);
  expect(createLineDecider(careful)(draft("b"), history)).toEqual({ kind: "queue" });
});

test("createLineDecider() holds a change when one of the declarations is accepted, naming status and way out", () => {
  const history = known([["a", "accepted"]], ["New", "Released"]);
  const decision = createLineDecider(careful)(draft("b"), history);
  expect(decision.kind).toBe("held");
  expect(decision).toHaveProperty("reason.code", "would-amend");
  expect(decision).toHaveProperty("reason.statuses", ["Released"]);
});

test("createLineDecider() queues such a change when amending is allowed", () => {
  const history = known([["a", "accepted"]], ["Released"]);
  const decide = createLineDecider({ ...careful, allowAmend: true });
  expect(decide(draft("b"), history)).toEqual({ kind: "queue", amendAllowed: true });
});

test("createLineDecider() holds a Replace of an accepted declaration also when amending is allowed", () => {
  const history = known([["a", "accepted"]], ["Accepted"]);
  const decide = createLineDecider({ ...careful, allowAmend: true });
  const decision = decide(draft("b", "Replace"), history);
  expect(decision.kind).toBe("held");
  expect(decision).toHaveProperty("reason.code", "replace-too-late");
});

test("createLineDecider() queues a Replace before Accepted", () => {
  const history = known([["a", "accepted"]], ["Invalid"]);
  expect(createLineDecider(careful)(draft("b", "Replace"), history)).toEqual({ kind: "queue" });
});

test("createLineDecider() holds content that another file of the same run contradicts, naming that file", () => {
  const history = known([["a", "queued"]]);
  const [standing] = history.versions;
  if (standing === undefined) throw new Error("There is a version");
  const contradicted = {
    ...history,
    versions: [{ ...standing, otherFileOfRun: "march.xlsx" }],
  };
  const decide = createLineDecider({ ...careful, allowAmend: true });
  expect(decide(draft("b"), contradicted)).toMatchObject({
    kind: "held",
    reason: {
      code: "other-file-differs",
      fileName: expect.stringContaining("march.xlsx") as string,
    },
  });
  expect(decide(draft("a"), contradicted)).toMatchObject({ kind: "unchanged" });
});

test("createLineDecider() passes over versions that were held: they changed nothing", () => {
  const history = known(
    [
      ["b", "held"],
      ["a", "accepted"],
    ],
    ["Released"],
  );
  expect(createLineDecider(careful)(draft("a"), history)).toMatchObject({ kind: "unchanged" });
  expect(createLineDecider(careful)(draft("b"), history)).toMatchObject({ kind: "held" });
  const decide = createLineDecider({ ...careful, allowAmend: true });
  expect(decide(draft("b"), history)).toMatchObject({ kind: "queue" });
});

test("createHoldReason() lets a change go that was allowed to amend when it was queued, or is now", () => {
  const message = {
    messageType: "Upsert" as const,
    amendAllowed: false,
    declarationStatuses: ["Released"],
  };
  const holdReason = createHoldReason(careful);
  expect(holdReason(message)).toMatchObject({ code: "would-amend", statuses: ["Released"] });
  expect(holdReason({ ...message, amendAllowed: true })).toBeNull();
  expect(holdReason({ ...message, declarationStatuses: ["New"] })).toBeNull();
  expect(createHoldReason({ ...careful, allowAmend: true })(message)).toBeNull();
  expect(holdReason({ ...message, messageType: "Replace", amendAllowed: true })).toMatchObject({
    code: "replace-too-late",
  });
});

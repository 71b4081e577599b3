import { expect, test } from "vitest";
import type { MessageType } from "../../../src/core/shipment.ts";
import type {
  FilesOfShipment,
  KnownShipment,
  MessageDraft,
  MessageState,
  Statement,
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

/** No other file says anything of the shipment. */
const alone: FilesOfShipment = {
  key: { direction: "IN", externalReference: "PO-1" },
  own: () => ({ fileName: "own.csv", time: "a", isKnown: false }),
  inRun: () => null,
  saying: () => null,
};

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
    })),
    declarationStatuses,
  };
}

test("createLineDecider() queues a shipment that nobody knows", () => {
  expect(createLineDecider(careful)(draft("a"), null, alone)).toEqual({ kind: "queue" });
});

test.each(["accepted", "queued", "sending", "unknown"] as const)(
  "createLineDecider() calls content unchanged whose latest version is %s",
  (state) => {
    const decision = createLineDecider(careful)(draft("a"), known([["a", state]]), alone);
    expect(decision).toEqual({ kind: "unchanged", versionId: "v1" });
  },
);

test("createLineDecider() calls content unchanged also when its declaration is released", () => {
  const decision = createLineDecider(careful)(
    draft("a"),
    known([["a", "accepted"]], ["Released"]),
    alone,
  );
  expect(decision).toEqual({ kind: "unchanged", versionId: "v1" });
});

test("createLineDecider() does not send refused content again", () => {
  const decision = createLineDecider(careful)(draft("a"), known([["a", "rejected"]]), alone);
  expect(decision).toEqual({ kind: "refused-before", versionId: "v1" });
});

test("createLineDecider() sends refused content again when told to", () => {
  const decide = createLineDecider({ ...careful, retryRefused: true });
  expect(decide(draft("a"), known([["a", "rejected"]]), alone)).toEqual({ kind: "queue" });
});

test("createLineDecider() calls content unchanged that CAS still has after a refused change", () => {
  const history = known([
    ["b", "rejected"],
    ["a", "accepted"],
  ]);
  const decision = createLineDecider(careful)(draft("a"), history, alone);
  expect(decision).toEqual({ kind: "unchanged", versionId: "v1" });
});

test("createLineDecider() queues content that CAS had once and has no more", () => {
  const history = known([
    ["b", "accepted"],
    ["a", "accepted"],
  ]);
  expect(createLineDecider(careful)(draft("a"), history, alone)).toEqual({ kind: "queue" });
});

test("createLineDecider() queues a change while no declaration is accepted", () => {
  const history = known([["a", "accepted"]], ["New", "Invalid"]);
  expect(createLineDecider(careful)(draft("b"), history, alone)).toEqual({ kind: "queue" });
});

test("createLineDecider() holds a change when one of the declarations is accepted, naming status and way out", () => {
  const history = known([["a", "accepted"]], ["New", "Released"]);
  const decision = createLineDecider(careful)(draft("b"), history, alone);
  expect(decision.kind).toBe("held");
  expect(decision).toHaveProperty("reason.code", "would-amend");
  expect(decision).toHaveProperty("reason.statuses", ["Released"]);
});

test("createLineDecider() queues such a change when amending is allowed", () => {
  const history = known([["a", "accepted"]], ["Released"]);
  const decide = createLineDecider({ ...careful, allowAmend: true });
  expect(decide(draft("b"), history, alone)).toEqual({ kind: "queue", amendAllowed: true });
});

test("createLineDecider() holds a Replace of an accepted declaration also when amending is allowed", () => {
  const history = known([["a", "accepted"]], ["Accepted"]);
  const decide = createLineDecider({ ...careful, allowAmend: true });
  const decision = decide(draft("b", "Replace"), history, alone);
  expect(decision.kind).toBe("held");
  expect(decision).toHaveProperty("reason.code", "replace-too-late");
});

test("createLineDecider() queues a Replace before Accepted", () => {
  const history = known([["a", "accepted"]], ["Invalid"]);
  expect(createLineDecider(careful)(draft("b", "Replace"), history, alone)).toEqual({
    kind: "queue",
  });
});

/** What the ledger answers about the files; a time is one letter, later ones are newer. */
function files(
  own: Pick<Statement, "time" | "isKnown">,
  other: Pick<Statement, "time" | "isKnown"> & { readonly says?: string },
): FilesOfShipment {
  const { says = "other", ...statement } = other;
  const rival = { ...statement, fileName: "other.csv", contentHash: says, queuedVersionId: "v9" };
  return {
    ...alone,
    own: () => ({ ...own, fileName: "own.csv" }),
    inRun: () => rival,
  };
}

const isNew = { isKnown: false };
const isKnown = { isKnown: true };

test.each([
  [
    "an older file that is as new to the ledger",
    { time: "a", ...isNew },
    { time: "b", ...isNew },
    "superseded",
    "superseded",
  ],
  [
    "an older file that was read before",
    { time: "a", ...isKnown },
    { time: "b", ...isKnown },
    "superseded",
    "superseded",
  ],
  [
    "an older file that was read before, beside a new one",
    { time: "a", ...isKnown },
    { time: "b", ...isNew },
    "superseded",
    "superseded",
  ],
  [
    "an older file that comes after the newer one",
    { time: "a", ...isNew },
    { time: "b", ...isKnown },
    "held",
    "older-than-known",
  ],
  [
    "two files of one time",
    { time: "a", ...isNew },
    { time: "a", ...isNew },
    "held",
    "saved-at-one-time",
  ],
  [
    "two files of one time, of which the other came later",
    { time: "a", ...isKnown },
    { time: "a", ...isNew },
    "superseded",
    "superseded",
  ],
  [
    "two files of one time, of which the other was sent",
    { time: "a", ...isKnown },
    { time: "a", ...isKnown, says: "a" },
    "superseded",
    "superseded",
  ],
] as const)("createLineDecider() knows %s", (_name, own, other, kind, code) => {
  const decide = createLineDecider({ ...careful, allowAmend: true });
  const decision = decide(draft("b"), known([["a", "accepted"]]), files(own, other));
  expect(decision).toMatchObject({ kind, reason: { code, fileName: "other.csv" }, against: "v1" });
});

test.each([
  ["a newer file", { time: "b", ...isNew }, { time: "a", ...isNew }],
  [
    "a newer file, before the older one comes in",
    { time: "b", ...isKnown },
    { time: "a", ...isNew },
  ],
  ["a file of the same time that came later", { time: "a", ...isNew }, { time: "a", ...isKnown }],
])(
  "createLineDecider() queues what %s says, and not what the other one has queued",
  (_name, own, other) => {
    const decide = createLineDecider(careful);
    const reason = { code: "superseded", fileName: "own.csv" };
    expect(decide(draft("b"), known([["a", "accepted"]]), files(own, other))).toEqual({
      kind: "queue",
      withdraw: { versionId: "v9", reason },
    });
  },
);

test("createLineDecider() calls the standing content unchanged, whatever another file says", () => {
  const others = files({ time: "a", ...isNew }, { time: "b", ...isNew });
  const decision = createLineDecider(careful)(draft("a"), known([["a", "accepted"]]), others);
  expect(decision).toEqual({ kind: "unchanged", versionId: "v1" });
});

test("createLineDecider() passes over versions that were held: they changed nothing", () => {
  const history = known(
    [
      ["b", "held"],
      ["a", "accepted"],
    ],
    ["Released"],
  );
  expect(createLineDecider(careful)(draft("a"), history, alone)).toMatchObject({
    kind: "unchanged",
  });
  expect(createLineDecider(careful)(draft("b"), history, alone)).toMatchObject({ kind: "held" });
  const decide = createLineDecider({ ...careful, allowAmend: true });
  expect(decide(draft("b"), history, alone)).toMatchObject({ kind: "queue" });
});

test("createHoldReason() lets a change go that was allowed to amend when it was queued, or is now", () => {
  const message = {
    key: alone.key,
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

const ofFormula: FilesOfShipment = {
  ...alone,
  key: { kind: "Formula", direction: null, externalReference: "F-1" },
};

test("createLineDecider() holds a first formula in a new ledger, because another one may have sent it", () => {
  const decide = createLineDecider({ ...careful, askFirst: true, holdFirst: true });
  const held = { kind: "held", reason: { code: "perhaps-sent-before", kind: "Formula" } };
  expect(decide(draft("a"), null, ofFormula)).toEqual(held);
  const onlyHeld = { ...known([["a", "held"]]), neverSent: true };
  expect(decide(draft("a"), onlyHeld, ofFormula)).toEqual(held);
  const article = { ...ofFormula, key: { ...ofFormula.key, kind: "ArticleDataItem" as const } };
  expect(decide(draft("a"), null, article).kind).toBe("queue");
  expect(decide(draft("a"), null, alone).kind).toBe("queue");
});

test("createLineDecider() queues it when a person allows it, and where the ledger is not new", () => {
  const allowed = createLineDecider({ ...careful, holdFirst: true, allowAmend: true });
  expect(allowed(draft("a"), null, ofFormula).kind).toBe("queue");
  expect(createLineDecider(careful)(draft("a"), null, ofFormula).kind).toBe("queue");
});

test("createLineDecider() puts an allowed second formula in the place of a first one that CAS never took", () => {
  const queued = known([["a", "queued"]]);
  const history = {
    ...queued,
    versions: queued.versions.map((one) => ({ ...one, isWithdrawable: true })),
  };
  const kept = createLineDecider(careful)(draft("b"), history, ofFormula);
  expect(kept).toMatchObject({ kind: "held", reason: { code: "would-double" } });
  const decide = createLineDecider({ ...careful, allowAmend: true });
  expect(decide(draft("b"), history, ofFormula)).toMatchObject({
    kind: "queue",
    withdraw: { versionId: "v1", reason: { code: "superseded" } },
  });
});

test.each(["queued", "sending", "unknown"] as const)(
  "createLineDecider() holds an allowed second formula while CAS may have the first one, which is %s",
  (state) => {
    const decide = createLineDecider({ ...careful, allowAmend: true });
    expect(decide(draft("b"), known([["a", state]]), ofFormula)).toMatchObject({
      kind: "held",
      reason: { code: "would-double", first: "open" },
    });
  },
);

test("createLineDecider() queues an allowed second formula once CAS took the first", () => {
  const decide = createLineDecider({ ...careful, allowAmend: true });
  expect(decide(draft("b"), known([["a", "accepted"]]), ofFormula)).toEqual({
    kind: "queue",
    amendAllowed: true,
  });
});

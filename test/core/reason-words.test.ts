import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { reasonSchema, type Reason } from "../../src/core/reason.ts";
import { reasonMembers, reasonsWords, reasonWords } from "../../src/core/reason-words.ts";

const person = {
  environment: "production",
  direction: "IN",
  externalReference: "PO 1",
} as const;
const doubt = {
  ...person,
  declarations: [{ declarationId: "D-1", status: "Released" }],
  declarationCount: 4,
} as const;

const statuses = ["Accepted", "Released"];

const change = {
  path: "singleAdministrativeDocument.goodsShipment.items[0].gmass",
  ...{ cell: "F2", before: "100", after: null },
};
const changes = { shown: [change], count: 7 };

const SAMPLES: readonly [reason: Reason, words: RegExp][] = [
  [{ code: "text", text: "As it stood" }, /^As it stood$/],
  [{ code: "file-rejected" }, /rejected as a whole/],
  [{ code: "other-file-differs", fileName: "march.xlsx" }, /^"march.xlsx", a file of the same run/],
  [
    { code: "superseded", fileName: "b.csv", changes },
    /^"b.csv" is newer .*\(F2 items\[0\].gmass: none here, "100" there; 1 of 7 values shown\).*under a new name$/,
  ],
  [
    { code: "older-than-known", fileName: "b.csv" },
    /saved before "b.csv".*which of the two counts;/,
  ],
  [{ code: "saved-at-one-time", fileName: "b.csv" }, /saved at the same time: it is not known/],
  [
    { code: "would-amend", statuses, isChange: true, changes },
    /accepted \(F2 items\[0\].gmass: "100" → none; 1 of 7 values shown\); .* --allow-amend REFERENCE/,
  ],
  [{ code: "would-amend", statuses, isChange: true }, /^The content has changed.*the change would/],
  [{ code: "would-amend", statuses, isChange: false }, /^A declaration .* Accepted, Released: /],
  [
    {
      code: "would-amend-unseen",
      unseen: { code: "declarations-unidentified", count: 2 },
      isChange: true,
    },
    /not known whether customs.*\(2 declarations could not be linked to a shipment\)/,
  ],
  [{ code: "would-amend-foreign", statuses }, /did not come from this ledger.*--allow-amend/],
  [{ code: "would-amend-shared" }, /does not say whose it is/],
  [{ code: "replace-too-late", statuses }, /^CAS refuses a Replace/],
  [{ code: "new-exists", statuses }, /a New would be refused.*Upsert/],
  [{ code: "question-refused", message: "No such field" }, /\(No such field\)/],
  [
    { code: "declaration-unread", declarationId: null, fault: "declarationId: is missing" },
    /CAS shows one without an id \(declarationId: is missing\)/,
  ],
  [
    { code: "would-amend", statuses: ["not readable"], isChange: true },
    /cannot be read, so customs may have accepted it/,
  ],
  [{ code: "being-sent" }, /^It is being sent/],
  [
    { code: "waits-for-sender", command: "run", processId: 12, hostName: "HOST" },
    /^`cas-batch run` \(process 12 on HOST\) is sending at this moment/,
  ],
  [{ code: "refused", status: 400, title: "Bad Request", detail: "x" }, /^Bad Request: x$/],
  [
    { code: "refused", status: 400, title: "No", detail: null, since: "2026-11-20T18:00:00.000Z" },
    /^No; CAS refused this same content on 2026-11-20 18:00 UTC.*--retry-refused/,
  ],
  [{ code: "refused", status: 418, title: null, detail: "" }, /status 418$/],
  [{ code: "request-failed", errorCode: "timed-out", message: "No answer" }, /^No answer$/],
  [{ code: "new-perhaps-passed-on", message: "CAS answered 503" }, /^CAS answered 503; a New/],
  [{ code: "run-stopped" }, /stopped before it was sent/],
  [{ code: "tries-used-up", tries: 12 }, /12 tries/],
  [{ code: "repeats-used-up" }, /this one waits/],
  [{ code: "interrupted" }, /before an answer was recorded/],
  [
    {
      code: "may-have-arrived",
      externalReference: "PO-1",
      attemptedAt: "2026-11-20T18:00:00.000Z",
      declarationId: "D-1",
      status: "New",
    },
    /attempt of 2026-11-20 18:00:00 UTC.*--settle "PO-1=arrived"/,
  ],
  [
    { ...doubt, code: "new-not-repeated", enquiries: 4 },
    /4 enquiries: declaration D-1 in status Released, 1 of 4 shown.*--env production --settle "IN:PO 1=arrived"/,
  ],
  [
    { ...doubt, code: "new-not-repeated", enquiries: 4, declarations: [], declarationCount: 0 },
    /4 enquiries, and a New is never sent again/,
  ],
  [{ ...doubt, code: "accepted-not-amended" }, /could amend or invalidate.*=resend/],
  [{ ...person, code: "earlier-content-pruned" }, /retention has removed/],
  [
    { code: "would-double", kind: "Formula" },
    /sent or queued a formula of this reference.*make a second one; .*--allow-again REFERENCE/,
  ],
  [
    { code: "would-double", kind: "Formula", first: "open" },
    /begun to send a formula.*`cas-batch resume` until that is settled, then send this file again/,
  ],
  [
    { code: "perhaps-sent-before", kind: "Formula" },
    /is new and has never sent this formula; another ledger may have.*--allow-again REFERENCE.*--ledger/,
  ],
  [
    {
      code: "not-to-be-asked",
      environment: "acceptance",
      kind: "Formula",
      direction: null,
      externalReference: "F-1",
    },
    /cannot be asked about a formula.*Look up the formula F-1 .*--settle Formula:F-1=arrived/,
  ],
  [{ code: "repeat-harmless", kind: "ArticleDataItem" }, /no second article .*sent again/],
  [
    {
      code: "read-back-found",
      kind: "MovementOrder",
      status: "New",
      valuesShown: 3,
      valuesTotal: 4,
    },
    /^CAS shows the movement order in status New, with 3 of the 4 values/,
  ],
  [{ code: "not-in-cas", enquiries: 4, messageType: "Upsert" }, /4 enquiries, and Upsert/],
  [
    {
      code: "declaration-found",
      declarationId: "D-1",
      status: "New",
      direction: "IN",
      referenceMember: "traderReference",
      time: "2026-11-20T18:00:05Z",
      isUpdate: true,
      isCertainlyAfter: false,
      isFirstVersion: false,
      valuesShown: 3,
      valuesTotal: 4,
    },
    /traderReference, last updated 2026-11-20T18:00:05Z .* as nearly as .* 3 of the 4 values/,
  ],
  [
    { code: "content-found", declarationId: "D-1", status: "New", valuesTotal: 3 },
    /^This ledger had not sent it, but CAS has it: declaration D-1 .* all 3 values/,
  ],
  [{ code: "person-found", by: "Ada" }, /^Ada: CAS has it$/],
  [{ code: "person-missed", by: "Ada" }, /^Ada: CAS does not have it/],
  [{ code: "copy-may-have-sent" }, /adopted from a copy.*may have sent this message/],
  [{ code: "copy-may-have-sent-newer" }, /adopted from a copy.*only the newest is asked about/],
];

test.each(SAMPLES)("reasonWords(%j) matches %s", (reason, words) => {
  expect(reasonSchema.parse(JSON.parse(JSON.stringify(reason)))).toEqual(reason);
  expect(reasonWords(reason)).toMatch(words);
});

describe("every code of a reason", () => {
  const codes = reasonSchema.options.flatMap(({ shape: { code } }): readonly string[] =>
    "options" in code ? code.options : [code.value],
  );

  test("has a sample above", () => {
    expect(new Set(SAMPLES.map(([{ code }]) => code))).toEqual(new Set(codes));
  });

  test("stands in docs/json.md", () => {
    const docs = readFileSync(new URL("../../docs/json.md", import.meta.url), "utf8");
    expect(codes.filter((code) => !docs.includes(`\`${code}\``))).toEqual([]);
  });
});

test("reasonsWords() puts what was decided before in brackets", () => {
  const before = [
    { code: "person-missed", by: "Bo" },
    { code: "text", text: "Seen" },
  ] as const;
  expect(reasonsWords([{ code: "person-found", by: "Ada" }, ...before])).toBe(
    "Ada: CAS has it (before that: Bo: CAS does not have it, so it is to be sent again (before that: Seen))",
  );
});

test("reasonMembers() of no reason are null", () => {
  expect(reasonMembers(null)).toEqual({ reason: null, reasonCode: null });
});

import { expect, test } from "vitest";
import {
  declarationStatuses,
  errorStatuses,
  isAtRest,
  restingStatuses,
  statusMeaning,
} from "../../../src/core/codes/declaration-statuses.ts";

test("statusMeaning() ignores the case of the letters", () => {
  expect(statusMeaning("customserror")).toEqual(statusMeaning("CustomsError"));
  expect(statusMeaning("CUSTOMSERROR").stage).toBe("action");
});

test("statusMeaning() gives an unknown status the careful answer", () => {
  const meaning = statusMeaning("PartlyReleased");
  expect(meaning).toMatchObject({ stage: "at-customs", acceptedAndBeyond: true });
  expect(meaning.meaning).toContain("Not known to this version");
  expect(isAtRest("PartlyReleased")).toBe(false);
});

test.each(["toString", "constructor", "__proto__", ""])(
  "statusMeaning() does not mistake %j for a status of the table",
  (status) => {
    expect(statusMeaning(status).meaning).toContain("Not known");
  },
);

test.each(["New", "Validated", "Queued", "Submitted", "Acknowledged", "Invalid", "CustomsError"])(
  "statusMeaning() lets a shipment whose declaration is %s still be changed",
  (status) => {
    expect(statusMeaning(status).acceptedAndBeyond).toBe(false);
  },
);

test.each(["Accepted", "AcceptedForExport", "Released", "Departed", "BcpAccepted", "Cancelled"])(
  "statusMeaning() counts %s as accepted and beyond",
  (status) => {
    expect(statusMeaning(status).acceptedAndBeyond).toBe(true);
  },
);

test("isAtRest() is true for what waits for a person and for what is done, and for nothing else", () => {
  expect(["Invalid", "CustomsError", "Released", "released"].every(isAtRest)).toBe(true);
  expect(["New", "Submitted", "Accepted", "Amending"].some(isAtRest)).toBe(false);
});

test("restingStatuses are exactly the statuses of the table that are at rest", () => {
  const atRest = Object.keys(declarationStatuses).filter((status) => isAtRest(status));
  expect([...restingStatuses].sort()).toEqual(atRest.sort());
  expect(restingStatuses).toContain("Released");
});

test("every status that waits for a person says what to do, and no other one does", () => {
  for (const [status, { stage, nextStep }] of Object.entries(declarationStatuses)) {
    expect([status, nextStep !== null]).toEqual([status, stage === "action"]);
  }
});

test("every text of the table starts with a capital and ends without a full stop", () => {
  for (const { meaning, nextStep } of Object.values(declarationStatuses)) {
    for (const text of [meaning, nextStep ?? "Nothing"]) expect(text).toMatch(/^[A-Z].*[^.]$/);
  }
});

test("every status that carries errors waits for a person", () => {
  expect(errorStatuses).toContain("Invalid");
  for (const status of errorStatuses) expect(statusMeaning(status).stage).toBe("action");
});

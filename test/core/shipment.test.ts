import { expect, test } from "vitest";
import { contentHash } from "../../src/core/content-hash.ts";

const first = { externalReference: "F-1", messageType: "A" };
const second = { ...first, messageType: "B" };

test("contentHash() leaves out the message type of a shipment, and of no other kind", () => {
  expect(contentHash(first)).toBe(contentHash(second));
  expect(contentHash(first, "CustomsShipment")).toBe(contentHash({ externalReference: "F-1" }));
  expect(contentHash(first, "Formula")).not.toBe(contentHash(second, "Formula"));
});

test("contentHash() of a shipment stays what older ledgers hold", () => {
  expect(contentHash({ messageType: "New", externalReference: "PO-1", direction: "IN" })).toBe(
    "e44bc5ac097500598c273e4aa120ab776805b298e3303971e676d32e5a336112",
  );
});

// In another folder an empty ledger was begun without a word. The same file was sent from it again, and
// a change to a shipment that customs had released amended it without being held: the new ledger did
// not know what the other one had sent.
import { wordsOf } from "../support/reasons.ts";
import { expect, test } from "vitest";
import { csvOf, openRehearsal } from "../submit/rehearsed-run.ts";

test("a new ledger holds a change to a released shipment, and sends nothing that CAS has", async () => {
  await using rehearsal = await openRehearsal();
  const before = { "a.csv": csvOf("S-1", "Bolts"), "b.csv": csvOf("S-2", "Nuts") };
  await rehearsal.run(before);
  await rehearsal.untilStatus("Released", 2);

  const after = { "a.csv": csvOf("S-1", "Washers"), "b.csv": csvOf("S-2", "Nuts") };
  const other = await rehearsal.run(after, { ledgerName: "other.sqlite" });
  expect(other.result.stoppedBy).toBeNull();
  expect(other.lines).toMatchObject([
    { key: { externalReference: "S-1" }, bucket: "held", declarations: [{}] },
    { key: { externalReference: "S-2" }, bucket: "unchanged", declarations: [{}] },
  ]);
  expect(wordsOf(other.lines[0])).toMatch(/in status Released that did not come.*--allow-amend/);
  expect(wordsOf(other.lines[1])).toMatch(/CAS has it: declaration \w+ in status Released/);
  expect(other.result.delivery).toMatchObject({ asked: 2, held: 1, unchanged: 1, requests: 0 });
  expect([rehearsal.acceptedOf("S-1"), rehearsal.acceptedOf("S-2")]).toEqual([1, 1]);

  // Night after night: CAS is asked anew about what is held, and about nothing else.
  const again = await rehearsal.run(after, { ledgerName: "other.sqlite" });
  expect(again.lines).toMatchObject([{ bucket: "held" }, { bucket: "unchanged" }]);
  expect(again.result.delivery).toMatchObject({ asked: 1, requests: 0 });

  // Corrected back to what customs has, it is no change any more.
  const corrected = await rehearsal.run(before, { ledgerName: "other.sqlite" });
  expect(corrected.lines).toMatchObject([{ bucket: "unchanged" }, { bucket: "unchanged" }]);

  const allowed = await rehearsal.run(after, { ledgerName: "other.sqlite", allowAmend: true });
  expect(allowed.lines).toMatchObject([{ bucket: "accepted" }, { bucket: "unchanged" }]);
  expect(rehearsal.acceptedOf("S-1")).toBe(2);
});

test("the asking is what holds it: without, the released shipment is amended", async () => {
  await using rehearsal = await openRehearsal();
  await rehearsal.run({ "a.csv": csvOf("S-1", "Bolts") });
  await rehearsal.untilStatus("Released");
  const other = await rehearsal.run(
    { "a.csv": csvOf("S-1", "Washers") },
    { ledgerName: "other.sqlite", newLedgerMs: 0 },
  );
  expect(other.lines).toMatchObject([{ bucket: "accepted" }]);
  expect(rehearsal.acceptedOf("S-1")).toBe(2);
});

test("what comes to a new ledger a night later is asked about, too, until it is not new any more", async () => {
  await using rehearsal = await openRehearsal();
  await rehearsal.run({ "a.csv": csvOf("S-1", "Bolts"), "b.csv": csvOf("S-2", "Bolts") });
  await rehearsal.untilStatus("Released", 2);
  const other = { ledgerName: "other.sqlite" };
  await rehearsal.run({ "c.csv": csvOf("S-3", "Bolts") }, other);
  const later = await rehearsal.run({ "a.csv": csvOf("S-1", "Nuts") }, other);
  expect(later.lines).toMatchObject([{ bucket: "held" }]);
  const established = await rehearsal.run(
    { "d.csv": csvOf("S-4", "Bolts") },
    { ...other, newLedgerMs: 1 },
  );
  expect(established.result.delivery).toMatchObject({ asked: 0, accepted: 1 });
});

test("a shipment of which a declaration was seen is asked about, however old the ledger is", async () => {
  await using rehearsal = await openRehearsal();
  const own = { newLedgerMs: 1 };
  await rehearsal.run({ "a.csv": csvOf("S-1", "Bolts") }, own);
  // Another ledger files it; the first one sees a declaration that none of its shipments explains.
  await rehearsal.run({ "b.csv": csvOf("S-2", "Bolts") }, { ledgerName: "other.sqlite" });
  await rehearsal.untilStatus("Released", 2);
  await rehearsal.run({ "c.csv": csvOf("S-3", "Bolts") }, { ...own, follow: true });
  const late = await rehearsal.run({ "b.csv": csvOf("S-2", "Nuts") }, own);
  expect(late.lines).toMatchObject([{ bucket: "held" }]);
  expect(rehearsal.acceptedOf("S-2")).toBe(1);
});

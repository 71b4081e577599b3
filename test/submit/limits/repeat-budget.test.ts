import { expect, test } from "vitest";
import { defaultDeliverSettings } from "../../../src/submit/deliver.ts";
import { createRepeatBudget } from "../../../src/submit/limits/repeat-budget.ts";
import { holder, openDeliveryDesk, referenceOf, references } from "../delivery-desk.ts";
import { createScriptedCas } from "../scripted-cas.ts";
import { currentLease } from "../../support/ledger-drafts.ts";

const { retry } = defaultDeliverSettings;
const versionIds = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => String(index));

test("createRepeatBudget() lets go what CAS was asked about, however much that is", () => {
  const budget = createRepeatBudget(retry);
  for (const versionId of versionIds(10 * retry.quotaFloor)) {
    budget.expectRepeat(versionId);
    expect(budget.reasonToWait(versionId)).toBeNull();
    budget.spend(versionId);
  }
  expect(budget.repeats()).toBe(10 * retry.quotaFloor);
  expect(budget.heldBackCount()).toBe(0);
});

test("createRepeatBudget() still has its whole quota after what CAS was asked about", () => {
  const budget = createRepeatBudget(retry);
  for (const versionId of versionIds(10 * retry.quotaFloor)) {
    budget.expectRepeat(versionId);
    budget.spend(versionId);
  }
  for (const versionId of versionIds(retry.quotaFloor)) {
    budget.failed(versionId);
    expect(budget.reasonToWait(versionId)).toBeNull();
    budget.spend(versionId);
  }
  budget.failed("0");
  expect(budget.reasonToWait("0")).toEqual({ code: "repeats-used-up" });
});

test("createRepeatBudget() spares a message once: its next failure counts like any other", () => {
  const budget = createRepeatBudget({ ...retry, quotaFloor: 0 });
  budget.expectRepeat("1");
  budget.spend("1");
  budget.failed("1");
  expect(budget.reasonToWait("1")).not.toBeNull();
  expect(budget.heldBackCount()).toBe(1);
});

test("createRepeatBudget() takes back a resend that never started, which is then still spared", () => {
  const budget = createRepeatBudget({ ...retry, quotaFloor: 0 });
  budget.expectRepeat("1");
  budget.spend("1")();
  expect(budget.repeats()).toBe(0);
  budget.spend("1");
  expect(budget.repeats()).toBe(1);
  expect(budget.reasonToWait("1")).toBeNull();
});

test("deliver() sends all that a crashed run left without an answer, though that is more than the quota", async () => {
  await using desk = await openDeliveryDesk();
  const left = 3 * retry.quotaFloor;
  await desk.queue(references(left));
  const crashed = { ...holder, holderId: "crashed" };
  const now = desk.clock.now();
  await desk.books.releaseLease(await currentLease(desk.books));
  const lease = await desk.books.acquireLease(crashed, 1_000);
  await desk.books.claim({
    ...{ limit: left, runId: "20261120T180000Z-0001", lease },
    ...{ now, deadlineAt: now, holdReason: () => null },
  });
  await desk.clock.sleep(2_000);
  await desk.books.acquireLease(holder, 60_000);
  const cas = createScriptedCas({ search: () => Promise.resolve([]) });
  const summary = await desk.deliver(cas);
  expect(summary).toMatchObject({ accepted: left, unknown: 0, unsent: 0, requests: left });
  expect(new Set(cas.sent.map(referenceOf)).size).toBe(left);
});

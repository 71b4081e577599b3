import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createStepQueue } from "../../src/simulator/flow/step-queue.ts";

test("takeDue() gives steps by due time, and equals in the order they came", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (dueTimes) => {
      const queue = createStepQueue<number>();
      dueTimes.forEach((dueAtMs, index) => {
        queue.push(dueAtMs, index);
      });
      const taken: number[] = [];
      for (let due = queue.takeDue(100); due !== null; due = queue.takeDue(100))
        taken.push(due.step);
      const expected = dueTimes.map((_, index) => index);
      expected.sort(
        (left, right) => (dueTimes[left] ?? 0) - (dueTimes[right] ?? 0) || left - right,
      );
      expect(taken).toEqual(expected);
    }),
  );
});

test("takeDue() keeps what is not due yet, also between pushes", () => {
  const queue = createStepQueue<string>();
  queue.push(20, "later");
  queue.push(10, "soon");
  expect(queue.takeDue(9)).toBeNull();
  expect(queue.takeDue(10)?.step).toBe("soon");
  queue.push(15, "between");
  expect(queue.takeDue(100)?.step).toBe("between");
  expect(queue.takeDue(19)).toBeNull();
  expect(queue.takeDue(20)).toEqual({ dueAtMs: 20, order: 0, step: "later" });
});

// The fault kit plants faults by their place in the sources, and runs seldom: a place that has moved
// must show in every run of the tests.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as plants from "../support/fault-plants.ts";
import { builtProgram } from "../support/fault-program.ts";
import { shortLease } from "../support/fault-two-runs.ts";

test.each(Object.entries({ ...plants, shortLease }))(
  "every place that %s changes is once in the sources",
  (_name, patches) => {
    const places = patches.map(({ file, find }) => {
      const source = readFileSync(join(builtProgram.source, file), "utf8");
      return { file, find, found: source.split(find).length - 1 };
    });
    expect(places).toEqual(places.map((place) => ({ ...place, found: 1 })));
  },
);

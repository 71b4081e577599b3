// `npm run test:faults`: everything around the product is broken on purpose, and witnesses that do
// not belong to it say what came of that. Kept out of `npm test`, which has to stay quick.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/faults/**/*.fault.ts", "test/ledger/damaged-files.test.ts"],
    globalSetup: ["test/support/build-once.ts"],
    reporters: ["default", "./test/support/fault-reporter.ts"],
    // Ends what hangs. The longest row took 681 s by itself on two slow cores, and runs beside another.
    testTimeout: process.env["CAS_BATCH_DEEP"] === "1" ? 6 * 3_600_000 : 1_800_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    pool: "forks",
  },
});

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/build-once.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Tests start real servers and child processes, and wait for them a third of the time: a third worker
    // takes two cores from 4:39 to 4:00 minutes.
    maxWorkers: 3,
    pool: "forks",
  },
});

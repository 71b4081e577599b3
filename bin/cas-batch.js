#!/usr/bin/env node
// Starts the command line. Plain JavaScript that even an old Node can parse: it checks the version
// before anything loads (the SQLite binding crashes an old Node), hands over to the Node that
// `npm ci` brought along when there is one, and otherwise says in one line what to install.
"use strict";

const MINIMUM = [22, 19];
const parts = process.versions.node.split(".").map(Number);
const isTooOld = parts[0] < MINIMUM[0] || (parts[0] === MINIMUM[0] && parts[1] < MINIMUM[1]);

const { existsSync } = await import("node:fs");
const main = new URL("../dist/lib/main.js", import.meta.url);

if (!existsSync(main)) {
  console.error(
    "cas-batch: nothing is built here. Run `npm ci` with the development packages, or install the packed file.",
  );
  process.exitCode = 2;
} else if (!isTooOld) {
  await import(main);
} else {
  const { spawn } = await import("node:child_process");
  const { fileURLToPath } = await import("node:url");
  const bundled = fileURLToPath(new URL("../node_modules/node/bin/node", import.meta.url));
  if (!existsSync(bundled)) {
    console.error(
      "cas-batch: needs Node " +
        MINIMUM.join(".") +
        " or newer, this is Node " +
        process.versions.node +
        ". Install Node 24 from https://nodejs.org and run the command again.",
    );
    process.exitCode = 2;
  } else {
    const child = spawn(bundled, [fileURLToPath(import.meta.url)].concat(process.argv.slice(2)), {
      stdio: "inherit",
    });
    // A terminal sends Ctrl-C to the child as well: passing it on would make two of one.
    const ignore = () => {};
    const forward = (signal) => child.kill(signal);
    process.on("SIGINT", ignore);
    process.on("SIGTERM", forward);
    process.on("SIGHUP", forward);
    child.on("exit", (code, signal) => {
      process.removeListener("SIGINT", ignore);
      process.removeListener("SIGTERM", forward);
      process.removeListener("SIGHUP", forward);
      if (signal) process.kill(process.pid, signal);
      else process.exitCode = code === null ? 1 : code;
    });
  }
}

// Answers that are lost after CAS took the message, and messages that CAS takes up to two minutes
// late, all on a clock that runs a hundred times as fast, delays of enquiries included.
import { expect } from "vitest";
import { isSend, startFaultCas } from "../support/fault-cas.ts";
import { lostAnswers } from "../support/fault-lost-answers.ts";
import { referencesOf, writeConfiguration, writeShipments } from "../support/fault-files.ts";
import { builtProgram, runProgram } from "../support/fault-program.ts";
import { faultRow, pointsOf } from "../support/fault-row.ts";
import { judge } from "../support/fault-verdict.ts";
import { startTcpProxy } from "../support/tcp-proxy.ts";

faultRow("answers lost after acceptance, 20 %, commits 0 to 120 s late", async () => {
  const { complaints, ...counted } = await lostAnswers(builtProgram, pointsOf(1_000, 20_000));
  expect(complaints).toEqual([]);
  return counted;
});

faultRow("connections cut, delayed and sliced at any byte by a proxy", async () => {
  const shipments = pointsOf(200, 5_000);
  const references = referencesOf(shipments);
  await using cas = await startFaultCas();
  let connections = 0;
  await using proxy = await startTcpProxy(cas.url, () => {
    connections += 1;
    // Past the headers of a request lies its body, past those of an answer the receipt.
    const cut = { up: (connections * 37) % 1_500, down: (connections * 13) % 500 };
    if (connections % 4 === 1) return { cutUpAfterBytes: cut.up };
    if (connections % 4 === 3) return { cutDownAfterBytes: cut.down };
    return { sliceBytes: 64, delayMs: 1 };
  });
  writeShipments(cas.folder, "night.csv", references);
  writeConfiguration(cas.folder, ["timeouts: { answer: 2s }"]);
  const place = {
    cwd: cas.folder,
    variables: { ...cas.variables, CAS_API_URL: proxy.url },
  };
  const args = ["night.csv", "--rate", "200", "--concurrency", "16"];
  await runProgram(builtProgram, ["submit", ...args], place);
  // Through a broken network a run may give up; on a sound one the next ends the work.
  const sound = { cwd: cas.folder, variables: cas.variables };
  const resumed = await runProgram(builtProgram, ["resume", "--rate", "100000"], sound);
  const again = await runProgram(builtProgram, ["submit", ...args], sound);
  expect([resumed.code, again.code], resumed.stderr + again.stderr).toEqual([0, 0]);
  expect(connections).toBeGreaterThan(1);
  return {
    points: connections,
    ...judge(cas.journal(), { references }),
    also: `${String(cas.journal().filter((entry) => entry.kind === "refused" && isSend(entry)).length)} refused`,
  };
});

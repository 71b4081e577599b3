// The faults that are planted in a copy of the sources, to prove that the kit would notice them.
import type { SourcePatch } from "./fault-program.ts";

/** A commit no longer waits for the disk. */
export const normalSynchronous: readonly SourcePatch[] = [
  {
    file: "ledger/sqlite/file/connection.ts",
    find: 'database.pragma("synchronous = FULL");',
    put: 'database.pragma("synchronous = NORMAL");',
  },
  {
    file: "ledger/sqlite/file/connection.ts",
    find: "const SYNCHRONOUS_FULL = 2;",
    put: "const SYNCHRONOUS_FULL = 1;",
  },
];

/** A message goes out before its intent is in the ledger. */
export const intentAfterSend: readonly SourcePatch[] = [
  // Outcomes have to wait for the intents that they belong to.
  {
    file: "submit/sending/outcome-recorder.ts",
    find: "if (unrecorded.length < groupMax) await clock.sleep(delayMaxMs);",
    put: "await clock.sleep(delayMaxMs + 200);",
  },
  {
    file: "ledger/sqlite/books/outbox.ts",
    find: "  const claim = async (options: ClaimOptions): Promise<readonly OutboxMessage[]> => {\n    const { messages, counted } = await connection.write(() => {",
    put: `  let late: ClaimOptions | null = null;
  const claim = async (options: ClaimOptions): Promise<readonly OutboxMessage[]> => {
    if (late !== null) return [];
    late = options;
    let messages: readonly OutboxMessage[] = [];
    // The numbers of the attempts are those that the late transaction gives them.
    await connection
      .write(() => {
        messages = claimNow(options);
        throw new Error("not yet");
      })
      .catch(() => undefined);
    if (messages.length === 0) late = null;
    else
      setTimeout(() => {
        late = null;
        connection.write(() => claimNow(options)).catch(() => undefined);
      }, 60);
    return messages;
  };
  const claimNow = (options: ClaimOptions): readonly OutboxMessage[] => {
    const { messages } = (() => {`,
  },
  {
    file: "ledger/sqlite/books/outbox.ts",
    find: "    });\n    if (counted !== null) keeper.note(counted);\n    return messages;\n  };",
    put: "    })();\n    return messages;\n  };",
  },
];

/** Content that CAS has is sent again. */
export const noHashCheck: readonly SourcePatch[] = [
  {
    file: "submit/limits/decide-line.ts",
    find: "return standing?.contentHash === draft.contentHash",
    put: 'return standing?.contentHash === "none"',
  },
];

/** What CAS refuses is sent once more. */
export const retryOfRefusal: readonly SourcePatch[] = [
  {
    file: "submit/limits/judge-failure.ts",
    find: 'verdict: { kind: "rejected", problem }, isTry: true',
    put: 'verdict: { kind: "returned", reason: { code: "run-stopped" }, retryAfterMs: 0 }, isTry: true',
  },
];

/** Nobody cares who holds the right to send. */
export const leaseIgnored: readonly SourcePatch[] = [
  {
    file: "ledger/sqlite/books/leases.ts",
    find: "current.holderId !== holder.holderId && isHeld(current, now)",
    put: "current.holderId !== holder.holderId && isHeld(current, now) && now.getTime() < 0",
  },
  {
    file: "ledger/sqlite/books/leases.ts",
    find: "if (current?.holderId === holderId && current.epoch === epoch) return;",
    put: 'if (current?.holderId !== "") return;',
  },
  {
    file: "submit/lease/lease.ts",
    find: "if (ageMs < usableMs) return;",
    put: "if (ageMs > -usableMs) return;",
  },
];

/** Each delivery counts as another event. */
export const deliveriesNotCompared: readonly SourcePatch[] = [
  {
    file: "notifications/receiver/keep-notification.ts",
    find: "eventId: isEvent ? head.eventId : null,",
    put: "eventId: isEvent ? `${head.eventId} ${String(Math.random())}` : null,",
  },
];

/** A delivery is acknowledged before it is kept. */
export const acknowledgedTooEarly: readonly SourcePatch[] = [
  {
    file: "notifications/receiver/receiver.ts",
    find: "    writer.add(received, (outcome) => {",
    put: "    response.writeHead(202, KEPT).end();\n    setTimeout(() => writer.add(received, (outcome) => {\n      if (response.headersSent) return;",
  },
  {
    file: "notifications/receiver/receiver.ts",
    find: "      tell(received, outcome);\n    });",
    put: "      tell(received, outcome);\n    }), 50);",
  },
];

/** Every key opens. */
export const everyKeyOpens: readonly SourcePatch[] = [
  {
    file: "notifications/receiver/protection.ts",
    find: "    return isKnown ? null : {",
    put: "    return headers !== null || isKnown ? null : {",
  },
];

/** What a killed run had in work stays there. */
export const workNotRecovered: readonly SourcePatch[] = [
  {
    file: "runs/inbox/recover-files.ts",
    find: "for (const root of roots) {",
    put: "for (const root of roots.slice(roots.length)) {",
  },
];

/** A file that is archived replaces one of its name. */
export const archiveReplaces: readonly SourcePatch[] = [
  { file: "core/files/move-file.ts", find: "if (there !== null) continue;", put: "" },
  {
    file: "core/files/move-file.ts",
    find: "    await calls.link(systemPath(from), systemPath(path));",
    put: "    await calls.unlink(systemPath(path)).catch(() => undefined);\n    await calls.link(systemPath(from), systemPath(path));",
  },
];

/** A file of the inbox is taken while it is written. */
export const halfFilesTaken: readonly SourcePatch[] = [
  {
    file: "runs/inbox/whole-files.ts",
    find: "  return !isMarked(file) && ageMs < stableForMs + CLOCKS_APART_MS;",
    put: "  return !isMarked(file) && ageMs < -stableForMs;",
  },
];

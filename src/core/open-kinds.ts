// The kinds of work that is not finished.
/** In the order in which a person should look at them. */
export const openKinds = [
  "unknown",
  "refused",
  "held",
  "invalid",
  "aborted",
  "action",
  "change",
  "sending",
  "unsent",
  "at-customs",
] as const;

/**
 * `unknown`: whether CAS has the message is not known; `refused` by CAS; `held` back; `invalid`: with mistakes in the
 * newest file; `aborted`: its file was rejected as a whole; `action`: a declaration waits for a person; `change`: a
 * change of a declaration without a certain end; `sending`: on the way to CAS; `unsent`: in the queue; `at-customs`:
 * accepted by CAS, and a declaration can still move.
 */
export type OpenKind = (typeof openKinds)[number];

/** Those that a person must look at; an unknown outcome is settled by `resume` first. */
export const kindsInNeed = [
  "refused",
  "held",
  "invalid",
  "aborted",
  "action",
] as const satisfies readonly OpenKind[];

export type KindInNeed = (typeof kindsInNeed)[number];

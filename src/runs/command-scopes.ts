// Which rights at CAS each command needs. They are checked by name right after CAS was greeted, so that a command
// which would be refused in the middle of its work ends before anything is read or sent. A new command that opens
// a session gets its line here.
import type { AuthorizationStatus } from "../cas/cas-client.ts";
import { ingestion } from "../cas/endpoints.ts";
import { declarationActions, type DeclarationActionName } from "../core/codes/change-rules.ts";
import { CasBatchError } from "../core/errors.ts";
import { kindOf, type MessageKind } from "../core/message-kind.ts";
import type { Log } from "../core/progress.ts";

const SEND = "create:messages";
const READ = "read:declarations";
const actionScopes = {} as Record<`declarations ${DeclarationActionName}`, readonly string[]>;
for (const action of declarationActions) actionScopes[`declarations ${action}`] = [SEND, READ];

/**
 * Source: seeds/000, Verify your token; seeds/002, Scope; Declaration items; Certificates of origin documents;
 * Movement orders.
 * Those of actions, and of listing and deleting subscriptions, are assumed.
 */
export const commandScopes = {
  submit: [SEND],
  run: [SEND, READ],
  /** Of whatever kind the messages are that wait. */
  resume: [`${SEND} or create:wms`],
  reconcile: [READ],
  ingest: [SEND],
  "ingest MovementOrder": ["create:wms", "read:wms"],
  "subscriptions list": ["read:subscriptions"],
  "subscriptions create": ["create:subscriptions"],
  "subscriptions delete": ["delete:subscriptions"],
  "subscriptions ensure": ["create:subscriptions", "read:subscriptions"],
  "declarations get": [READ],
  "declarations search": [READ],
  "declarations attachments": [READ],
  "declarations update": [SEND, READ],
  "declarations items get": [READ],
  "declarations items add": [SEND, READ],
  "declarations items update": [SEND, READ],
  "declarations items delete": [SEND, READ],
  ...actionScopes,
  "certificates download": ["read:documents"],
} as const satisfies Record<string, readonly string[]>;

export type SessionCommand = keyof typeof commandScopes;

/** @param command of the table */
export function scopesOf(command: string): readonly string[] {
  const entry = Object.entries(commandScopes).find(([name]) => name === command);
  if (entry === undefined) throw new Error(`What rights "${command}" needs is written nowhere`);
  return entry[1];
}

export interface Rights {
  readonly scopes: readonly string[];
  /** Whether messages are sent that CAS is asked about first while the ledger is new. */
  readonly asksFirst: boolean;
}

export function rightsOf(command: SessionCommand): Rights {
  return { scopes: commandScopes[command], asksFirst: false };
}

/** What sending messages of these kinds needs, and reading back what became of them. */
export function rightsOfKinds(kinds: readonly MessageKind[]): Rights {
  const scopes = kinds.flatMap((kind) =>
    kind === "MovementOrder" ? commandScopes["ingest MovementOrder"] : [ingestion[kind].scope],
  );
  const asksFirst = kinds.some((kind) => kindOf(kind).asked === "declarations");
  return { scopes: [...new Set(scopes)], asksFirst };
}

/** Of a run over files of these kinds; over none, what an earlier run left is sent. */
export function rightsOfRun(kinds: readonly MessageKind[]): Rights {
  if (kinds.length === 0) return { scopes: commandScopes.run, asksFirst: true };
  const { scopes, asksFirst } = rightsOfKinds(kinds);
  return { scopes: [...scopes, READ], asksFirst };
}

/** Of what a sending command asks about first in a ledger that is new to the references. */
export const REFERENCE_CHECK_SCOPE = READ;

/** Null where CAS says nothing of rights that could be compared: then only trying shows them. */
export function missingScopes(
  needed: readonly string[],
  { scopes }: Pick<AuthorizationStatus, "scopes">,
): readonly string[] | null {
  // Source: seeds/000, Verify your token: `create:messages`.
  if (!scopes.some((scope) => /^[a-z]+:[a-z]/.test(scope))) return null;
  return needed.filter((scope) => !scope.split(" or ").some((one) => scopes.includes(one)));
}

/** @throws CasBatchError `scope-missing` naming the command, what it needs and what the token has */
export function requireScopes(
  command: string,
  needed: readonly string[],
  authorization: AuthorizationStatus,
  log: Log,
): void {
  const missing = missingScopes(needed, authorization);
  if (missing === null) {
    const warning = `CAS does not tell the rights of this token; \`cas-batch ${command}\` needs ${needed.join(" and ")}, and fails on the way where one is missing`;
    if (needed.length > 0) log("warn", warning);
    return;
  }
  if (missing.length === 0) return;
  const { tenant, scopes } = authorization;
  throw new CasBatchError(
    "scope-missing",
    `\`cas-batch ${command}\` needs the ${needed.length === 1 ? "scope" : "scopes"} ${needed.join(" and ")}, and the token for tenant ${tenant} has only ${scopes.join(" ")}; nothing was read and nothing was sent`,
    { hint: askFor(missing) },
  );
}

export function askFor(missing: readonly string[]): string {
  return `Ask Customs4trade to grant ${missing.join(" and ")} to this client id; where CAS_SCOPE or \`scope\` is set, leave it out. \`cas-batch doctor\` shows what each command needs`;
}

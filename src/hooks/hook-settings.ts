// What hooks are configured: who is told how a run ended, and when.

/** The commands that hooks can be set for. */
export const hookedCommands = ["run", "reconcile", "resume", "submit", "ingest"] as const;
export type HookedCommand = (typeof hookedCommands)[number];

/** `action`: whenever the exit code is not 0. */
export type When = "action" | "failure" | "always";

export interface HookSettings {
  readonly heartbeat: HeartbeatSettings | null;
  readonly program: ProgramSettings | null;
  readonly email: EmailSettings | null;
}

interface ForCommands {
  readonly commands: readonly HookedCommand[];
}

/** Addresses that are asked for with GET; null for none. They often hold a token. */
export interface HeartbeatSettings extends ForCommands {
  readonly start: string | null;
  readonly success: string | null;
  readonly failure: string | null;
}

/** A program of the user's own. */
export interface ProgramSettings extends ForCommands {
  /** Never read by a shell. */
  readonly argv: readonly [string, ...string[]];
  readonly when: When;
  readonly timeLimitMs: number;
}

export interface EmailSettings extends ForCommands {
  readonly smtp: SmtpSettings;
  readonly from: string;
  readonly to: readonly string[];
  readonly when: When;
  readonly report: "attach" | "link" | "none";
  /** A larger report is linked. */
  readonly attachmentBytesMax: number;
}

export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** `none` sends in the clear. */
  readonly security: "tls" | "starttls" | "none";
  readonly user: string | null;
}

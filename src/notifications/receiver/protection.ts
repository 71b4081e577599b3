// Who may deliver a notification: whoever has the API key, or a token of the authorization server that CAS was
// given for this address. Without either, only this machine itself, and no page in a browser on it.
// Source: seeds/000 step 3: endpoints are protected by OAuth or by API key headers.
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { errors, createRemoteJWKSet, jwtVerify } from "jose";
import { LOOPBACK_HOST } from "../../core/loopback-host.ts";

/** Null lets the request in. */
export type Refusal = {
  readonly status: 401 | 403 | 415 | 503;
  /** In words, for the log. */
  readonly why: string;
} | null;

export type Protection = (request: IncomingMessage) => Refusal | Promise<Refusal>;

export interface ApiKeyOptions {
  /** Lower case. */
  readonly headerName: string;
  /** More than one while a key is being changed. */
  readonly keys: readonly string[];
}

/** Compares in constant time, also keys of other lengths. */
export function apiKeyProtection({ headerName, keys }: ApiKeyOptions): Protection {
  const digests = keys.map(digestOf);
  return ({ headers }) => {
    const given = headers[headerName];
    if (typeof given !== "string") return { status: 401, why: `no ${headerName} header` };
    const digest = digestOf(given);
    const isKnown = digests.map((known) => timingSafeEqual(known, digest)).includes(true);
    return isKnown ? null : { status: 401, why: `another key in the ${headerName} header` };
  };
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

export interface TokenOptions {
  readonly jwksUrl: URL;
  readonly issuer: string;
  readonly audience: string;
  readonly now: () => number;
}

/** Asymmetric ones only: with `none` or a shared secret a token could be forged. */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
const CLOCK_TOLERANCE_S = 30;
/** New keys are looked for at most so often, however many tokens name keys that are not known. */
const KEYS_COOLDOWN_MS = 5_000;
const KEYS_TIMEOUT_MS = 5_000;
/** A token that was checked is trusted for so long, at most until it expires. */
const TRUSTED_MS = 60_000;
const TRUSTED_TOKENS_MAX = 100;

export function tokenProtection({ jwksUrl, issuer, audience, now }: TokenOptions): Protection {
  const keys = createRemoteJWKSet(jwksUrl, {
    cooldownDuration: KEYS_COOLDOWN_MS,
    timeoutDuration: KEYS_TIMEOUT_MS,
  });
  const trusted = new Map<string, number>();
  const options = {
    issuer,
    audience,
    algorithms: ALGORITHMS,
    clockTolerance: CLOCK_TOLERANCE_S,
    requiredClaims: ["exp"],
  };
  return async ({ headers }) => {
    const [, token] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "") ?? [];
    if (token === undefined) return { status: 401, why: "no bearer token" };
    if ((trusted.get(token) ?? 0) > now()) return null;
    try {
      const { payload } = await jwtVerify(token, keys, options);
      const untilMs = Math.min(now() + TRUSTED_MS, (payload.exp ?? 0) * 1000);
      if (trusted.size >= TRUSTED_TOKENS_MAX) trusted.clear();
      trusted.set(token, untilMs);
      return null;
    } catch (error) {
      if (!isAboutToken(error)) {
        const why = error instanceof Error ? error.message : String(error);
        return { status: 503, why: `the keys of ${jwksUrl.href} cannot be had: ${why}` };
      }
      return { status: 401, why: `a token that is not valid: ${error.message}` };
    }
  };
}

/** Everything else is about the keys, and passes: CAS tries again. */
function isAboutToken(error: unknown): error is errors.JOSEError {
  return (
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWTExpired ||
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys
  );
}

/** For an address that only this machine reaches: a page in its browser must not be able to deliver. */
export const machineProtection: Protection = ({ headers }) => {
  if (!LOOPBACK_HOST.test(headers.host ?? "")) {
    return {
      status: 403,
      why: `addressed to ${headers.host ?? "no host"}, and nothing protects this address`,
    };
  }
  const site = headers["sec-fetch-site"] ?? "none";
  if (headers.origin !== undefined || site !== "none") {
    return { status: 403, why: "from a page in a browser" };
  }
  const type = headers["content-type"] ?? "";
  return /^application\/(?:[\w.+-]+\+)?json\b/i.test(type)
    ? null
    : { status: 415, why: `content type ${type === "" ? "not given" : type}` };
};

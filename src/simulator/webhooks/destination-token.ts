// The bearer tokens that OAuth-protected destinations ask for: the client credentials grant, at the
// address that the subscription names. One token serves until shortly before it expires.
import * as z from "zod";
import type { Clock } from "../../core/time/clock.ts";
import type { Destination } from "../journal/webhook-entry.ts";
import type { Poster } from "./post-json.ts";

type OAuth = NonNullable<Destination["oAuth"]>;

export interface DestinationTokens {
  /** @throws Error in words when none is given */
  readonly tokenFor: (oAuth: OAuth) => Promise<string>;
  /** The destination refused it: the next attempt asks for another. */
  readonly forget: (oAuth: OAuth) => void;
}

/** Source: RFC 6749, section 5.1. */
const answerSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive().default(300),
});

/** The rest of its life in which a token is not used any more. */
const LIFETIME_SHARE = 0.9;
const TOKENS_MAX = 1000;

export function createDestinationTokens(clock: Clock, poster: Poster): DestinationTokens {
  const held = new Map<string, { readonly token: Promise<string>; staleAtMs: number }>();

  const fetchToken = async (oAuth: OAuth, key: string): Promise<string> => {
    const { tokenUrl, clientId, clientSecret, scope } = oAuth;
    const { status, body } = await poster.post({
      url: tokenUrl,
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: clientId,
        client_secret: clientSecret,
        ...(scope === null ? {} : { scope }),
      }).toString(),
    });
    if (status !== 200) throw new Error(`${tokenUrl} answered ${status} and gave no token`);
    let answer: z.infer<typeof answerSchema>;
    try {
      answer = answerSchema.parse(JSON.parse(body));
    } catch (cause) {
      throw new Error(`${tokenUrl} answered no OAuth token`, { cause });
    }
    const entry = held.get(key);
    if (entry !== undefined) {
      entry.staleAtMs = clock.now().getTime() + answer.expires_in * 1000 * LIFETIME_SHARE;
    }
    return answer.access_token;
  };

  return {
    tokenFor: (oAuth) => {
      const key = JSON.stringify(oAuth);
      const present = held.get(key);
      if (present !== undefined && clock.now().getTime() < present.staleAtMs) return present.token;
      if (held.size >= TOKENS_MAX) held.clear();
      const token = fetchToken(oAuth, key);
      const entry = { token, staleAtMs: Infinity };
      held.set(key, entry);
      token.catch(() => {
        if (held.get(key) === entry) held.delete(key);
      });
      return token;
    },
    forget: (oAuth) => {
      held.delete(JSON.stringify(oAuth));
    },
  };
}

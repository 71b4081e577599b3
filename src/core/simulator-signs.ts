// How the simulator differs from CAS. It shows these signs, and the client checks for them: a
// rehearsal must not file for real, and a real run must not end in the simulator.
import * as z from "zod";

/** Answered without a token. */
export const SIMULATOR_ABOUT_PATH = "/simulator/about";

/** Where the simulator gives tokens. */
export const SIMULATOR_TOKEN_PATH = "/oauth2/v2.0/token";

/** What is answered there, as far as it says who answers. */
export const simulatorAbout = z.object({ simulator: z.literal("cas-batch") });

/** On every answer; no `Server`, which proxies replace. */
export const SIMULATOR_HEADER = "cas-batch-simulator";

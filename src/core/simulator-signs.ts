// How the simulator is told from CAS. It shows these signs and the client looks for them, so that a
// rehearsal reaches nothing else and nobody takes a rehearsal for the real thing.
import { z } from "zod";

/** Answered without a token. */
export const SIMULATOR_ABOUT_PATH = "/simulator/about";

/** What is answered there, as far as it says who answers. */
export const simulatorAbout = z.object({ simulator: z.literal("cas-batch") });

/** On every answer; no `Server`, which proxies replace. */
export const SIMULATOR_HEADER = "cas-batch-simulator";

// The floor of sending: the same requests by undici alone, with nothing recorded, checked or throttled.
import { Pool } from "undici";
import type { JsonObject } from "../src/core/json.ts";

export async function postBare(
  url: string,
  token: string,
  bodies: readonly JsonObject[],
  connections: number,
): Promise<number> {
  const pool = new Pool(url, { connections });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  let next = 0;
  let accepted = 0;
  const postAll = async (): Promise<void> => {
    for (;;) {
      const body = bodies[next];
      next += 1;
      if (body === undefined) return;
      const path = "/v1/customsshipments";
      const request = { path, method: "POST" as const, headers, body: JSON.stringify(body) };
      const answer = await pool.request(request);
      await answer.body.json();
      if (answer.statusCode === 202) accepted += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, postAll));
  await pool.close();
  return accepted;
}

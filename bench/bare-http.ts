// The floors: the same requests by undici alone, with nothing recorded, checked or throttled.
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

export async function pageBare(url: string, token: string, pageSize: number): Promise<number> {
  const pool = new Pool(url, { connections: 1 });
  const headers = { authorization: `Bearer ${token}` };
  let seen = 0;
  for (let offset = 0; ; offset += pageSize) {
    const path = `/v1/declarations/search?limit=${String(pageSize)}&offset=${String(offset)}`;
    const answer = await pool.request({ path, method: "GET", headers });
    const page = (await answer.body.json()) as readonly unknown[];
    seen += page.length;
    if (page.length < pageSize) break;
  }
  await pool.close();
  return seen;
}

// Undoes the compression of an answer. We ask for none (`Accept-Encoding: identity`), but gateways compress
// all the same. Each layer is bounded, so that a few bytes cannot fill the memory, and what could be read
// before a fault is kept: the beginning of a refusal says most.
import type { Transform } from "node:stream";
import * as zlib from "node:zlib";

/** Source: RFC 9110, 8.4.1: `x-gzip` is gzip; RFC 8878 for zstd. */
const DECODERS: Readonly<Record<string, (start: Buffer) => Transform>> = {
  gzip: () => zlib.createGunzip(),
  "x-gzip": () => zlib.createGunzip(),
  deflate: (start) => (isZlib(start) ? zlib.createInflate() : zlib.createInflateRaw()),
  br: () => zlib.createBrotliDecompress(),
  // Node 23 has it from 23.8 on.
  ...("createZstdDecompress" in zlib ? { zstd: () => zlib.createZstdDecompress() } : {}),
};
/** One by CAS and one by each gateway; more is no honest answer. */
const LAYERS_MAX = 4;

export interface Decoded {
  readonly bytes: Buffer;
  /** Why the bytes are not the whole answer; null when they are. */
  readonly fault: DecodingFault | null;
}

interface DecodingFault {
  readonly kind: "encoded" | "too-large" | "not-understood";
  /** In words that follow a colon. */
  readonly words: string;
  readonly cause?: unknown;
}

/** The encodings of an answer, the last applied first; empty when it is not compressed. */
export function contentEncodings(header: string | string[] | undefined): readonly string[] {
  if (header === undefined) return [];
  return String(header)
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity")
    .reverse();
}

export async function decodeContent(
  body: Buffer,
  encodings: readonly string[],
  bytesMax: number,
): Promise<Decoded> {
  const decoders = encodings.flatMap((name) => DECODERS[name] ?? []);
  if (decoders.length < encodings.length || encodings.length > LAYERS_MAX) {
    const names = encodings.slice(0, LAYERS_MAX).toReversed().join(", ");
    const words = `the answer is compressed as "${names}", which cas-batch cannot read`;
    return { bytes: Buffer.alloc(0), fault: { kind: "encoded", words } };
  }
  let bytes = body;
  for (const decoder of decoders) {
    const layer = await decodeLayer(bytes, decoder(bytes), bytesMax);
    if (layer.fault !== null) return layer;
    bytes = layer.bytes;
  }
  return { bytes, fault: null };
}

async function decodeLayer(body: Buffer, decoder: Transform, bytesMax: number): Promise<Decoded> {
  const chunks: Buffer[] = [];
  let size = 0;
  const soFar = (fault: DecodingFault | null): Decoded => ({
    bytes: Buffer.concat(chunks),
    fault,
  });
  try {
    decoder.end(body);
    for await (const chunk of decoder as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, bytesMax - size));
      size += chunk.length;
      if (size > bytesMax) {
        const words = `the answer is longer than ${bytesMax} bytes when it is unpacked`;
        return soFar({ kind: "too-large", words });
      }
    }
    return soFar(null);
  } catch (cause) {
    return soFar({
      kind: "not-understood",
      words: "the answer is compressed, and what came of it is damaged or not whole",
      cause,
    });
  }
}

/** `deflate` means the zlib format, but some servers send what is inside it. Source: RFC 1950, 2.2. */
function isZlib(start: Buffer): boolean {
  return start.length >= 2 && (start[0] ?? 0) % 16 === 8 && start.readUInt16BE(0) % 31 === 0;
}

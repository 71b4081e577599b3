// One JSON document written member by member, so that a long list never stands in memory as a whole.
import { open, type FileHandle } from "node:fs/promises";

/** Unit: UTF-16 code units held back before they are written. */
const CHUNK_MAX = 65_536;

export class JsonFile {
  readonly #handle: FileHandle;
  #pending = "{";
  #comma = "\n";

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Starts a new file; there must be none of that name. */
  static async create(path: string): Promise<JsonFile> {
    return new JsonFile(await open(path, "wx"));
  }

  member(name: string, value: unknown): void {
    this.#pending += `${this.#comma}${JSON.stringify(name)}: ${JSON.stringify(value)}`;
    this.#comma = ",\n";
  }

  startList(name: string): void {
    this.#pending += `${this.#comma}${JSON.stringify(name)}: [`;
    this.#comma = "\n";
  }

  element(value: unknown): void {
    this.#pending += `${this.#comma}${JSON.stringify(value)}`;
    this.#comma = ",\n";
  }

  endList(): void {
    this.#pending += "]";
    this.#comma = ",\n";
  }

  /** Hands on what has gathered; to be called once per batch. */
  async drain(): Promise<void> {
    if (this.#pending.length >= CHUNK_MAX) await this.#flush();
  }

  async end(): Promise<void> {
    this.#pending += "\n}\n";
    await this.#flush();
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  async #flush(): Promise<void> {
    const text = this.#pending;
    this.#pending = "";
    await this.#handle.writeFile(text);
  }
}

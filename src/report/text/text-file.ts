// A text file written piece by piece, so that a long list never stands in memory as a whole.
import { open, type FileHandle } from "node:fs/promises";
import { visibleJson } from "../../core/text/visible-text.ts";

/** Unit: UTF-16 code units gathered before they are written. */
const CHUNK_MIN = 65_536;

export class TextFile {
  readonly #path: string;
  #handle: FileHandle | null = null;
  #pending = "";

  /** @param path where nothing stands yet when the first piece is written */
  constructor(path: string) {
    this.#path = path;
  }

  add(text: string): void {
    this.#pending += text;
  }

  /** Writes what has gathered when it is worth a write. */
  async drain(): Promise<void> {
    if (this.#pending.length >= CHUNK_MIN) await this.flush();
  }

  /** Writes all that has gathered. */
  async flush(): Promise<void> {
    const text = this.#pending;
    this.#pending = "";
    this.#handle ??= await open(this.#path, "wx");
    await this.#handle.writeFile(text);
  }

  /** Safe to call at any time. */
  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = null;
  }
}

/** One JSON document, member by member, with escapes for what a terminal that shows it would act on. */
export class JsonFile extends TextFile {
  #before = "{\n";

  member(name: string, value: unknown): void {
    this.#add(`${JSON.stringify(name)}: ${JSON.stringify(value)}`, ",\n");
  }

  startList(name: string): void {
    this.#add(`${JSON.stringify(name)}: [`, "\n");
  }

  element(value: unknown): void {
    this.#add(JSON.stringify(value), ",\n");
  }

  endList(): void {
    this.add("]");
    this.#before = ",\n";
  }

  end(): void {
    this.add("\n}\n");
  }

  #add(text: string, next: string): void {
    this.add(this.#before + visibleJson(text));
    this.#before = next;
  }
}

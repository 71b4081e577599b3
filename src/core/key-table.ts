// What came by under which key, in a few bytes each, however long the keys are. A key is remembered by
// 64 bits of its hash alone: now and then one may be taken for seen that was not, never the other way
// round.

export interface SeenKeys {
  /** Remembers a key; true when it came by before, or seems so. */
  readonly add: (key: string) => boolean;
}

export interface KeyTable {
  /**
   * Remembers a key with what came by under it first; null then, else what is remembered.
   * Unit: words of 32 bits, as many for each key as the table was made for.
   */
  readonly remember: (key: string, words?: readonly number[]) => Uint32Array | null;
}

const SLOTS_AT_FIRST = 1 << 12;
/** Above this share of its slots taken, a table searches long. */
const LOAD_MAX = 0.5;
const HASH_WORDS = 2;
// Source: FNV-1a, 32 bit; the second start is any other number.
const FNV_PRIME = 0x01000193;
const FNV_START = 0x811c9dc5;
const SECOND_START = 0x9e3779b9;

export function createSeenKeys(): SeenKeys {
  const table = createKeyTable(0);
  return { add: (key) => table.remember(key) !== null };
}

export function createKeyTable(wordsPerKey: number): KeyTable {
  const slotWords = HASH_WORDS + wordsPerKey;
  let slots = SLOTS_AT_FIRST;
  let table = new Uint32Array(slots * slotWords);
  let taken = 0;

  /** Where the slot of a hash begins; a new one, taken by it, as `-1 - at`. */
  const slotOf = (low: number, high: number): number => {
    for (let slot = low & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
      const at = slot * slotWords;
      if (table[at] === 0 && table[at + 1] === 0) {
        table[at] = low;
        table[at + 1] = high;
        return -1 - at;
      }
      if (table[at] === low && table[at + 1] === high) return at;
    }
  };
  const grow = (): void => {
    const before = table;
    slots *= 2;
    table = new Uint32Array(slots * slotWords);
    for (let at = 0; at < before.length; at += slotWords) {
      const low = before[at] ?? 0;
      const high = before[at + 1] ?? 0;
      if (low === 0 && high === 0) continue;
      const to = -1 - slotOf(low, high);
      for (let word = HASH_WORDS; word < slotWords; word += 1) {
        table[to + word] = before[at + word] ?? 0;
      }
    }
  };

  return {
    remember: (key, words) => {
      const low = hashOf(key, FNV_START);
      // The mark of a free slot is two zeros, so no hash may be that.
      const high = hashOf(key, SECOND_START) || 1;
      const at = slotOf(low, high);
      if (at >= 0) return table.subarray(at + HASH_WORDS, at + slotWords);
      // Word by word: for so few, `set` from an array takes several times as long.
      const to = -1 - at + HASH_WORDS;
      for (let word = 0; word < wordsPerKey; word += 1) table[to + word] = words?.[word] ?? 0;
      taken += 1;
      if (taken > slots * LOAD_MAX) grow();
      return null;
    },
  };
}

/** Unit: 32 bits. */
export function hashOf(key: string, start = FNV_START): number {
  let hash = start;
  for (let at = 0; at < key.length; at += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(at), FNV_PRIME);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

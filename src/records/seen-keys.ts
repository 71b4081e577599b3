// Which keys came by, in 16 bytes each at most, however long they are. A key is remembered by 64 bits
// of its hash alone: now and then one may be taken for seen that was not, never the other way round.

export interface SeenKeys {
  /** Remembers a key; true when it came by before, or seems so. */
  readonly add: (key: string) => boolean;
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
  let slots = SLOTS_AT_FIRST;
  let table = new Uint32Array(slots * HASH_WORDS);
  let taken = 0;

  /** Takes the slot of a hash; false when the hash has one. */
  const take = (low: number, high: number): boolean => {
    for (let slot = low & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
      const at = slot * HASH_WORDS;
      if (table[at] === 0 && table[at + 1] === 0) {
        table[at] = low;
        table[at + 1] = high;
        return true;
      }
      if (table[at] === low && table[at + 1] === high) return false;
    }
  };
  const grow = (): void => {
    const before = table;
    slots *= 2;
    table = new Uint32Array(slots * HASH_WORDS);
    for (let at = 0; at < before.length; at += HASH_WORDS) {
      const low = before[at] ?? 0;
      const high = before[at + 1] ?? 0;
      if (low !== 0 || high !== 0) take(low, high);
    }
  };

  return {
    add: (key) => {
      const low = hashOf(key, FNV_START);
      // The mark of a free slot is two zeros, so no hash may be that.
      const high = hashOf(key, SECOND_START) || 1;
      if (!take(low, high)) return true;
      taken += 1;
      if (taken > slots * LOAD_MAX) grow();
      return false;
    },
  };
}

function hashOf(key: string, start: number): number {
  let hash = start;
  for (let at = 0; at < key.length; at += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(at), FNV_PRIME);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

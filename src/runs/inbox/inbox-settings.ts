// What a person chose for an inbox.

export interface InboxSettings {
  /** Absolute. */
  readonly folder: string;
  /** A file that was changed less long ago is looked at once more after so long. */
  readonly stableForMs: number;
  /** What the name of a marker ends in, behind that of its file; null: none is asked for. Shape: `.done`. */
  readonly doneMarker: string | null;
  /** Where files are moved to; null: they are left where they are. */
  readonly archive: ArchivePlaces | null;
}

/** Absolute folders. */
export interface ArchivePlaces {
  readonly processing: string;
  /** A folder for each day is made in these two. */
  readonly archive: string;
  readonly rejected: string;
}

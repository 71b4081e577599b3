// Sets all times inside a zip archive to one fixed time, so that the same content always gives the
// same bytes. Source: APPNOTE.TXT 4.3.7, 4.3.12 and 4.3.16.

const END_SIGNATURE = 0x06054b50;
const END_LENGTH = 22;
const CENTRAL_SIGNATURE = 0x02014b50;
const CENTRAL_LENGTH = 46;
const LOCAL_SIGNATURE = 0x04034b50;
/** 1980-01-01, the first day that a zip archive knows. Shape: MS-DOS date. */
const FIXED_DATE = 0x0021;
const FIXED_TIME = 0;

/**
 * Changes `archive` in place. It must be one without a comment and without zip64, as ours are.
 * @throws RangeError when it is not
 */
export function fixZipTimestamps(archive: Buffer): void {
  const end = archive.length - END_LENGTH;
  expectSignature(archive, end, END_SIGNATURE);
  const entries = archive.readUInt16LE(end + 10);
  let central = archive.readUInt32LE(end + 16);
  for (let entry = 0; entry < entries; entry += 1) {
    expectSignature(archive, central, CENTRAL_SIGNATURE);
    writeTime(archive, central + 12);
    const local = archive.readUInt32LE(central + 42);
    expectSignature(archive, local, LOCAL_SIGNATURE);
    writeTime(archive, local + 10);
    central +=
      CENTRAL_LENGTH +
      archive.readUInt16LE(central + 28) +
      archive.readUInt16LE(central + 30) +
      archive.readUInt16LE(central + 32);
  }
}

function writeTime(archive: Buffer, offset: number): void {
  archive.writeUInt16LE(FIXED_TIME, offset);
  archive.writeUInt16LE(FIXED_DATE, offset + 2);
}

function expectSignature(archive: Buffer, offset: number, signature: number): void {
  if (archive.readUInt32LE(offset) !== signature) {
    throw new RangeError(`Cannot find the zip record ${signature.toString(16)} at ${offset}`);
  }
}

// Reading and writing by encodings, beside iconv-lite and against each other.
import iconv from "iconv-lite";
import { expect, it } from "vitest";
import { dosPages } from "../../../src/core/text/dos-pages.ts";
import { byteTable, encodeText, openDecoder } from "../../../src/core/text/text-codec.ts";

const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);

it.each(Object.keys(dosPages))("openDecoder() reads %s as iconv-lite does", (label) => {
  expect(openDecoder(label).write(bytes)).toBe(iconv.decode(Buffer.from(bytes), label));
});

it.each([...Object.keys(dosPages), "windows-1250", "windows-1252", "iso-8859-15", "koi8-u"])(
  "encodeText() writes what %s reads",
  (label) => {
    const characters = byteTable(label).filter((character) => character !== "\ufffd");
    const written = encodeText(characters.join(""), label);
    expect(openDecoder(label).write(written)).toBe(characters.join(""));
  },
);

it.each([
  ["gbk", "你好 Ω"],
  ["gb18030", "你好 Ω"],
  ["big5", "你好 Ω"],
  ["shift_jis", "日本 ｶﾅ"],
  ["euc-jp", "日本 かな"],
  ["euc-kr", "안녕"],
])("encodeText() writes %s", (label, text) => {
  expect(new TextDecoder(label).decode(encodeText(text, label))).toBe(text);
});

const SURROGATES = /[\ud800-\udfff]/;
const basicPlane = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit)).filter(
  (character) => !SURROGATES.test(character),
);

it("encodeText() writes every character in gb18030, most of four bytes", () => {
  const text = String.fromCodePoint(0x20ac, 0x10ffff, 0x3400, 0x20000);
  expect(encodeText(text, "gb18030").toString("hex")).toBe("a2e3e3329a358139ee3995328236");
  const lost = basicPlane.filter(
    (character) =>
      !/[?\ufffd\p{Private_Use}]/u.test(character) &&
      encodeText(character, "gb18030").toString() === "?",
  );
  expect(lost).toEqual([]);
});

it.each(["gbk", "gb18030", "big5", "euc-jp", "shift_jis", "euc-kr", "windows-1253", "macintosh"])(
  "encodeText() writes nothing in %s that comes back as something else",
  (label) => {
    const decoder = new TextDecoder(label);
    const wrong = basicPlane.filter((character) => {
      const back = decoder.decode(encodeText(character, label));
      // The decoder of Shift_JIS exchanges three control characters.
      return character > "\x7f" && back !== character && back !== "?";
    });
    expect(wrong).toEqual([]);
  },
);

it.each([
  ["euc-jp", "\u4e02\u00a1", "8fb0a18fa2c2"],
  ["shift_jis", "\u2170\uffe2", "fa4081ca"],
  ["big5", "\u5341\u5345\u2550", "a451a4caf9f9"],
  ["shift_jis", "\u001a\u001c\u007f", "1a1c7f"],
  ["windows-1253", "\ufffd", "3f"],
])("encodeText() writes in %s the bytes that other programs write for %j", (label, text, hex) => {
  expect(encodeText(text, label).toString("hex")).toBe(hex);
});

it("encodeText() writes a question mark for what an encoding lacks", () => {
  expect(encodeText("żółw €", "windows-1252").toString("latin1")).toBe("?ó?w \x80");
  expect(encodeText("日", "iso-2022-jp").toString("latin1")).toBe("?");
});

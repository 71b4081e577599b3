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

it("encodeText() writes a question mark for what an encoding lacks", () => {
  expect(encodeText("żółw €", "windows-1252").toString("latin1")).toBe("?ó?w \x80");
  expect(encodeText("日", "iso-2022-jp").toString("latin1")).toBe("?");
});

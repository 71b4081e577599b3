import { describe, expect, it } from "vitest";
import { GREY, NAVY, WHITE } from "../../../src/report/workbook/colours.ts";
import { BAR_COLOUR, INK, toneColours } from "../../../src/report/workbook/report-styles.ts";

/** Source: WCAG 2.2, 1.4.3, for text of usual size. */
const CONTRAST_MIN = 4.5;

type Rgb = readonly [number, number, number];

/** Shape: `FF1F3A5F`. Each part from 0 to 1, as light adds up. */
function linear(argb: string): Rgb {
  const part = (start: number): number => {
    const share = Number.parseInt(argb.slice(start, start + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return [part(2), part(4), part(6)];
}

/** What somebody sees who has no green cones. Source: Viénot, Brettel, Mollon 1999. */
function withoutGreenCones([red, green, blue]: Rgb): Rgb {
  const yellow = 0.2928 * red + 0.7072 * green;
  return [yellow, yellow, -0.0223 * red + 0.0223 * green + blue];
}

function contrast(one: Rgb, other: Rgb): number {
  const [light = 0, dark = 0] = [one, other]
    .map(([red, green, blue]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue)
    .sort((left, right) => right - left);
  return (light + 0.05) / (dark + 0.05);
}

describe("the colours of the report", () => {
  const pairs: Readonly<Record<string, readonly [ink: string, fill: string]>> = {
    ...Object.fromEntries(
      Object.entries(toneColours).map(([tone, { ink, fill }]) => [tone, [ink, fill] as const]),
    ),
    header: [WHITE, NAVY],
    title: [NAVY, WHITE],
    body: [INK, WHITE],
    note: [GREY, WHITE],
    "number on a bar": [INK, BAR_COLOUR],
  };

  it.each(Object.entries(pairs))(
    "let %s be read, also without green cones",
    (_name, [ink, fill]) => {
      expect(contrast(linear(ink), linear(fill))).toBeGreaterThanOrEqual(CONTRAST_MIN);
      const seen = contrast(withoutGreenCones(linear(ink)), withoutGreenCones(linear(fill)));
      expect(seen).toBeGreaterThanOrEqual(CONTRAST_MIN);
    },
  );

  it("would not pass as red on green", () => {
    expect(contrast(linear("FFC0392B"), linear("FF2E8B57"))).toBeLessThan(CONTRAST_MIN);
  });
});

// The face and the colours that the report and the template share.

export const FACE = { name: "Calibri", family: 2 } as const;
export const NAVY = "FF1F3A5F";
export const WHITE = "FFFFFFFF";
export const GREY = "FF6B7280";
export const RULE = "FFD9DEE5";

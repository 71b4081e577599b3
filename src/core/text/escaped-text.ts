// Text as HTML and XML write it, in an element and in an attribute in quotes.

const MARKUP = /[&<>"']/g;
const names: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escapedText(text: string): string {
  return text.replace(MARKUP, (character) => names[character] ?? "");
}

/** What is printed as nothing, wherever it stands in an address. */
const ZERO_WIDTH = /[\u00ad\u180e\u200b-\u200f\u2060\ufeff]/gu;

/** Returns an address without zero-width characters and without white space around it; empty if nothing is left. */
export function cleanMail(text: string): string {
  return text.replace(ZERO_WIDTH, '').trim();
}

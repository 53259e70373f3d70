import { Turns } from './turns.js';

/** Characters that are looked at in one go, about. */
const SLICE = 1024 * 1024;
/** Levels of lists and objects within each other; no request needs a quarter of them. */
export const MOST_LEVELS = 32;

export interface JsonSize {
  /** About how many values there are: what is listed, and what is named. */
  readonly values: number;
  readonly tooDeep: boolean;
}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * How much there is in a JSON text, before it is parsed: a value of two characters takes a hundred bytes of memory, and
 * depth takes more time the deeper it is. Of what is no JSON the answer means nothing.
 */
export async function jsonSize(text: string): Promise<JsonSize> {
  const turns = new Turns();
  let values = 1;
  let depth = 0;
  let slice = SLICE;
  for (let at = 0; at < text.length; at += 1) {
    if (at >= slice) {
      await turns.giveWay();
      slice = at + SLICE;
    }
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfText(text, at);
        break;
      case COMMA:
        values += 1;
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        values += 1;
        depth += 1;
        if (depth > MOST_LEVELS) return { values, tooDeep: true };
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth -= 1;
    }
  }
  return { values, tooDeep: false };
}

/** @param start of the quote before the text */
function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at += 1;
  }
  return text.length;
}

/** Text as it is compared: letters that look alike are composed alike, upper and lower case are one, accents count. */
export function foldCase(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

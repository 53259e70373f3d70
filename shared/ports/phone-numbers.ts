/** Knows how telephone numbers are written. */
export interface PhoneNumbers {
  /**
   * As E.164, `+4512345678`; null for what can be no number.
   * @param country ISO 3166-1 alpha-2, of numbers that are written without it; null where nobody knows
   */
  normalized(text: string, country: string | null): string | null;
}

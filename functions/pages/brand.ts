/** By what administrators recognise the operator, as the settings say. */
export interface Brand {
  /** Of the operator, such as a company; null if it is not named. */
  readonly name: string | null;
  /** `#rrggbb` in lower case; null for the colours of Rollcall. */
  readonly color: string | null;
}

export const NO_BRAND: Brand = { name: null, color: null };

/** The paper of the page in light and in dark, as in the style sheet. */
const PAPERS = ['#ffffff', '#1c222b'] as const;
/** WCAG 2.2: of text (1.4.3), and of what tells a button from the page (1.4.11). */
const LEAST_FOR_TEXT = 4.5;
const LEAST_FOR_EDGE = 3;

/** Returns what a style sheet adds for the operator's colour: its surface, text that can be read on it, and an edge. */
export function brandStyle({ color }: Brand): string {
  if (color === null) return '';
  const isSeen = PAPERS.every((paper) => contrast(color, paper) >= LEAST_FOR_EDGE);
  const edge = isSeen ? color : 'var(--soft)';
  return `:root { --brand: ${color}; --brand-ink: ${inkOn(color)}; --brand-edge: ${edge}; }
header p { background: var(--brand); color: var(--brand-ink); border: 1px solid var(--brand-edge); border-radius: 0.35rem; padding: 0.45rem 1rem; }
`;
}

/** Returns white if it can be read on a colour, else black, which then can. @param color `#rrggbb` */
export function inkOn(color: string): '#ffffff' | '#000000' {
  return contrast(color, '#ffffff') >= LEAST_FOR_TEXT ? '#ffffff' : '#000000';
}

/** Contrast ratio of two colours, 1 to 21. Source: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export function contrast(a: string, b: string): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((one, other) => one - other);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color: string): number {
  const linear = (from: number): number => {
    const value = Number.parseInt(color.slice(from, from + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(1) + 0.7152 * linear(3) + 0.0722 * linear(5);
}

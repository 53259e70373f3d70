/** How a value may be written down: as it is, in an address, in JSON, in base64. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  // A part of a longer text in base64 loses its edges; what lies between shows at each of three offsets.
  const shifted = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replaceAll('=', '');
    return text.slice(offset === 0 ? 0 : offset + 1, -2);
  });
  const forms = [
    value,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    ...shifted,
    ...shifted.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
  return [...new Set(forms)].filter((form) => form.length >= 6);
}

/** Any token of Entra or of the platform: three parts, the first two of them JSON. */
const ANY_TOKEN = /eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/;

/** Values that nobody but those they are meant for may find, and where they were looked for. */
export class PlantedSecrets {
  readonly #forms: { readonly name: string; readonly form: string }[] = [];

  plant(name: string, value: string): void {
    for (const form of formsOf(value)) this.#forms.push({ name, form });
  }

  /** Names of what stands in the text; never the values. */
  foundIn(text: string): string[] {
    const found = this.#forms.filter(({ form }) => text.includes(form)).map(({ name }) => name);
    if (ANY_TOKEN.test(text)) found.push('a token');
    return [...new Set(found)];
  }

  /** A few characters before each, to see where it came from. */
  contextIn(text: string): string[] {
    return this.#forms.flatMap(({ name, form }) => {
      const at = text.indexOf(form);
      return at < 0 ? [] : [`${name}: …${text.slice(Math.max(0, at - 160), at)}`];
    });
  }
}

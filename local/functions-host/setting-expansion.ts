import type { Environment } from './host-json.js';

/**
 * Replaces `%NAME%` in a binding's text by the app setting of that name, as the real host does.
 *
 * @throws Error naming the setting when it is not there.
 */
export function expandSettings(text: string, environment: Environment): string {
  return text.replace(/%([^%]+)%/g, (_whole, name: string) => {
    const value = environment[name];
    if (value === undefined || value === '') throw new Error(`'%${name}%' does not resolve to a value.`);
    return value;
  });
}

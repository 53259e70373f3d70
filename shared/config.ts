import { checkTogether } from './config/setting-checks.js';
import { SETTING_TABLE, type SettingName, type SettingValues } from './config/setting-table.js';
import { SettingsError, type SettingProblem } from './config/settings-error.js';
import { arrange, type Settings } from './config/settings.js';

export { SettingsError } from './config/settings-error.js';
export type { Settings } from './config/settings.js';

/** Names of every setting, in the order of docs/operations.md. */
export const SETTING_NAMES = Object.keys(SETTING_TABLE) as readonly SettingName[];

/**
 * Reads the settings. This is the only place in production that looks at the environment.
 *
 * @throws SettingsError that lists everything missing or wrong, never a value
 */
export function loadSettings(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Settings {
  const values: Record<string, unknown> = {};
  const problems: SettingProblem[] = [];
  const given = new Set<SettingName>();
  for (const name of SETTING_NAMES) {
    const text = environment[name]?.trim() === '' ? undefined : environment[name]?.trim();
    if (text !== undefined) given.add(name);
    const { schema, expected } = SETTING_TABLE[name];
    const parsed = schema.safeParse(text);
    if (parsed.success) values[name] = parsed.data;
    else
      problems.push({
        name,
        problem: `${text === undefined ? 'missing' : 'not usable'}: expected ${expected}`,
      });
  }
  problems.push(...checkTogether(values, given));
  if (problems.length > 0) throw new SettingsError(problems);
  return arrange(values as unknown as SettingValues);
}

/** What is wrong with one setting: never its value, which may be a secret. */
export interface SettingProblem {
  readonly name: string;
  readonly problem: string;
}

/** Says everything that is wrong with the settings at once. */
export class SettingsError extends Error {
  constructor(readonly problems: readonly SettingProblem[]) {
    const lines = problems.map(({ name, problem }) => `  ${name}: ${problem}`);
    super(`The settings are not usable:\n${lines.join('\n')}`);
    this.name = 'SettingsError';
  }
}

import { fileURLToPath } from 'node:url';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStartOptions, UsageError } from '../../../local/commands/start-options.js';

const thisFile = fileURLToPath(import.meta.url);
const other = ['--graph', 'https://localhost:8443', '--login', 'https://localhost:8444'];

describe('the flags of npm start', () => {
  it('leave everything to the usual start', () => {
    expect(readStartOptions([])).toEqual({
      once: false,
      live: false,
      real: false,
      sampleSize: null,
      dataFolder: null,
      functionsPort: null,
      tablesPort: null,
      otherGraph: null,
    });
  });

  it('choose sizes, ports, a folder and what it does', () => {
    expect(
      readStartOptions([
        ...['--live', '--users', '1000', '--groups', '0', '--data', 'some/folder'],
        ...['--port', '0', '--tables-port=12345'],
      ]),
    ).toMatchObject({
      live: true,
      sampleSize: { users: 1000, groups: 0 },
      dataFolder: resolve('some/folder'),
      functionsPort: 0,
      tablesPort: 12345,
    });
    expect(readStartOptions(['--users', '7'])?.sampleSize).toEqual({ users: 7 });
  });

  it('name another Graph by bare origins, with or without an authority', () => {
    expect(readStartOptions([...other, '--ca', thisFile])?.otherGraph).toEqual({
      graphUrl: 'https://localhost:8443',
      loginUrl: 'https://localhost:8444',
      authorityFile: thisFile,
    });
    expect(readStartOptions(other)?.otherGraph?.authorityFile).toBeNull();
  });

  it('ask for real directories, in Microsoft’s own Graph or in a stand-in', () => {
    expect(readStartOptions(['--real'])).toMatchObject({ real: true, otherGraph: null });
    expect(readStartOptions(['--real', ...other])?.otherGraph?.graphUrl).toBe('https://localhost:8443');
  });

  it('ask for the usage alone', () => {
    expect(readStartOptions(['--help'])).toBeNull();
  });

  it.each([
    ['an unknown flag', ['--twice'], /--twice/],
    ['a word that belongs to no flag', ['once'], /once/],
    ['a port that is none', ['--port', '70710'], /--port must be a whole number from 0 to 65535/],
    ['a port that is no number', ['--tables-port', 'x'], /--tables-port .* "x"/],
    ['no users at all', ['--users', '0'], /--users must be a whole number from 1/],
    ['a Graph without a login', ['--graph', 'https://localhost:1'], /belong together/],
    ['a login without a Graph', ['--login', 'https://localhost:1'], /belong together/],
    [
      'a Graph address with a path',
      ['--graph', 'https://localhost:1/v1.0', '--login', 'https://l:1'],
      /bare https/,
    ],
    ['a Graph address over http', ['--graph', 'http://localhost:1', '--login', 'https://l:1'], /bare https/],
    ['an authority without a Graph', ['--ca', thisFile], /--ca belongs to/],
    ['an authority that is not there', [...other, '--ca', '/no/such/file'], /no file/],
    ['samples with another Graph', [...other, '--users', '5'], /there are none/],
    ['a living directory with another Graph', [...other, '--live'], /there are none/],
    ['samples with real directories', ['--real', '--groups', '5'], /there are none/],
    ['real directories that keep changing', ['--real', '--live'], /there are none/],
    ['a comparison with real directories', ['--real', '--once'], /choose one/],
    ['a comparison with what keeps changing', ['--once', '--live'], /choose one/],
  ])('are refused with a clear word: %s', (_title, args, message) => {
    const read = (): unknown => readStartOptions(args);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
  });
});

export interface CurlCommand {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Reads a curl command as a shell and curl would, as far as the examples of the documentation go. */
export function parseCurl(command: string, variables: Readonly<Record<string, string>>): CurlCommand {
  const [program, ...words] = shellWords(command, variables);
  if (program !== 'curl') throw new Error(`This is no curl command: ${command}`);
  let method: string | undefined;
  let body: string | undefined;
  const headers: Record<string, string> = {};
  const urls: string[] = [];
  while (words.length > 0) {
    const word = words.shift()!;
    if (word === '-X') method = words.shift();
    else if (word === '-d') body = words.shift();
    else if (word === '-H') {
      const [name = '', ...value] = words.shift()!.split(':');
      headers[name.toLowerCase()] = value.join(':').trim();
    } else if (word !== '-s' && word !== '-i') urls.push(word);
  }
  const [url] = urls;
  if (url === undefined || urls.length > 1)
    throw new Error(`This asks for ${urls.length} addresses: ${command}`);
  return { method: method ?? (body === undefined ? 'GET' : 'POST'), url, headers, body };
}

function shellWords(command: string, variables: Readonly<Record<string, string>>): string[] {
  const expand = (text: string): string =>
    text.replaceAll(/\$(\w+)/g, (_, name: string) => {
      const value = variables[name];
      if (value === undefined) throw new Error(`The examples know no ${name}`);
      return value;
    });
  return [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? expand(double ?? bare ?? ''),
  );
}

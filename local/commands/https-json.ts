import { Agent, request } from 'node:https';

/** An answer that was not the expected one. */
class HttpsJsonError extends Error {
  override readonly name = 'HttpsJsonError';
}

/** Asks for JSON over https, trusting one authority beside those of the system's. */
export interface HttpsJson {
  get(url: string, headers?: Readonly<Record<string, string>>): Promise<Record<string, unknown>>;
  postForm(url: string, form: Readonly<Record<string, string>>): Promise<Record<string, unknown>>;
  close(): void;
}

/** `authorities` are PEM texts. @throws {HttpsJsonError} from its methods for any status but 200 */
export function createHttpsJson(authorities: readonly string[]): HttpsJson {
  const agent = new Agent({ keepAlive: true, ca: [...authorities] });
  const send = (
    method: string,
    url: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      const sent = request(url, { method, headers, agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (response.statusCode === 200) resolve(JSON.parse(text) as Record<string, unknown>);
          else reject(new HttpsJsonError(`${method} ${url}: ${String(response.statusCode)} ${text}`));
        });
      });
      sent.once('error', reject);
      sent.end(body);
    });
  return {
    get: (url, headers = {}) => send('GET', url, headers),
    postForm: (url, form) =>
      send(
        'POST',
        url,
        { 'content-type': 'application/x-www-form-urlencoded' },
        new URLSearchParams(form).toString(),
      ),
    close: () => agent.destroy(),
  };
}

import type { WireAnswer } from './call.js';

/** The answer as `fetch` gives it: a cut connection rejects, or errors half-way through the body. */
export function toResponse(answer: WireAnswer): Response {
  if (answer.cut === 'start') throw connectionLost();
  const bodyless = answer.status === 204 || answer.status === 304;
  const body = answer.cut === 'body' ? brokenBody(answer.body) : bodyless ? null : answer.body;
  return new Response(body, { status: answer.status, headers: { ...answer.headers } });
}

function connectionLost(): TypeError {
  const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  return new TypeError('fetch failed', { cause });
}

function brokenBody(body: string): ReadableStream<Uint8Array> {
  const bytes = Buffer.from(body);
  let begun = false;
  return new ReadableStream({
    pull(controller) {
      if (begun) {
        controller.error(new TypeError('terminated', { cause: connectionLost().cause }));
        return;
      }
      begun = true;
      controller.enqueue(bytes.subarray(0, Math.floor(bytes.length / 2)));
    },
  });
}

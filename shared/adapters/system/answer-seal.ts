import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { AnswerSeal } from '../../ports/repeatable-requests.js';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
/** Source: NIST SP 800-38D, section 8.2: 96 bits. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM under a key that HKDF makes of the request's id; the name is authenticated too. */
export const answerSeal: AnswerSeal = {
  name: (parts) => createHash('sha256').update(JSON.stringify(parts)).digest('hex'),
  digest: (content, requestId, name) =>
    createHmac('sha256', keyFor(requestId, name, 'content'))
      .update(content)
      .digest('hex'),
  seal(answer, requestId, name) {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, keyFor(requestId, name, 'answer'), nonce);
    cipher.setAAD(Buffer.from(name));
    const sealed = Buffer.concat([cipher.update(gzipSync(answer)), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
  },
  open(sealed, requestId, name) {
    const bytes = Buffer.from(sealed, 'base64');
    const decipher = createDecipheriv(
      CIPHER,
      keyFor(requestId, name, 'answer'),
      bytes.subarray(0, NONCE_BYTES),
    );
    decipher.setAAD(Buffer.from(name));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const opened = Buffer.concat([
      decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)),
      decipher.final(),
    ]);
    return gunzipSync(opened).toString('utf8');
  },
};

function keyFor(requestId: string, name: string, purpose: 'answer' | 'content'): Buffer {
  return Buffer.from(hkdfSync('sha256', requestId, name, `rollcall repeatability ${purpose}`, KEY_BYTES));
}

import { once } from 'node:events';
import rhea, { type Connection, type EventContext, type Receiver } from 'rhea';
import { describe, expect, onTestFinished, test } from 'vitest';

import { manageTarget } from '../../../local/service-bus/amqp/send-link.js';
import { encode } from '../../../local/service-bus/amqp/rhea.js';
import { benchWith } from './broker-support.js';

const claims = '$cbs';
const replyAddress = 'my-replies';

/** Connects as Microsoft's .NET client does: by SASL MSSBCBS and no other mechanism. */
async function connect(port: number): Promise<Connection> {
  const mechanisms = rhea.sasl.client_mechanisms() as Record<string, unknown> & {
    enable_anonymous(name: string): void;
  };
  mechanisms.enable_anonymous('');
  mechanisms['MSSBCBS'] = mechanisms['ANONYMOUS'];
  delete mechanisms['ANONYMOUS'];
  // rhea's typings leave the mechanisms out.
  const options = { port, host: '127.0.0.1', reconnect: false, sasl_mechanisms: mechanisms };
  const connection = rhea.create_container().connect(options);
  onTestFinished(async () => {
    connection.close();
    await once(connection, 'connection_close');
  });
  await once(connection, 'connection_open');
  return connection;
}

/** Puts a token, with `reply-to` by the address of the reply link's target; answers the status. */
async function putToken(connection: Connection): Promise<unknown> {
  const replies = connection.open_receiver({
    source: { address: claims },
    target: { address: replyAddress },
    snd_settle_mode: 1,
  });
  const requests = connection.open_sender(claims);
  await Promise.all([once(replies, 'receiver_open'), once(requests, 'sendable')]);
  requests.send({
    message_id: 1,
    reply_to: replyAddress,
    application_properties: { operation: 'put-token', type: 'any', name: 'jobs' },
    body: 'token',
  });
  const [{ message }] = (await once(replies, 'message')) as [EventContext];
  return (message?.application_properties as Record<string, unknown> | undefined)?.['status-code'];
}

async function openReceiver(connection: Connection, address: string): Promise<Receiver> {
  const receiver = connection.open_receiver({ source: address, snd_settle_mode: 1 });
  await once(receiver, 'receiver_open');
  return receiver;
}

describe('what Microsoft’s .NET client insists on', () => {
  test('signs in by MSSBCBS, and gets replies by the address of its reply link', async () => {
    const { broker } = await benchWith({});
    expect(await putToken(await connect(broker.port))).toBe(202);
  });

  test('gets the settle mode of its links back, at addresses that begin with a slash', async () => {
    const { broker } = await benchWith({});
    const connection = await connect(broker.port);
    await putToken(connection);
    expect((await openReceiver(connection, '/jobs')).snd_settle_mode).toBe(1);
    const sender = connection.open_sender({ target: '/jobs', snd_settle_mode: 0 });
    await once(sender, 'sender_open');
    expect(sender.snd_settle_mode).toBe(0);
  });

  test('is refused a link by an answer without source and target', async () => {
    const { broker } = await benchWith({});
    const connection = await connect(broker.port);
    await putToken(connection);
    const receiver = connection.open_receiver({ source: 'nothing' });
    const refused = once(receiver, 'receiver_error');
    await once(receiver, 'receiver_open');
    expect(JSON.stringify([receiver.source, receiver.target])).toBe('[null,null]');
    await refused;
    expect(receiver.error).toMatchObject({ condition: 'amqp:not-found' });
  });

  test('gets the sequence numbers of scheduled messages as an array', () => {
    const target = { name: 'jobs', settings: { requiresSession: false }, send: () => [7, 8] };
    const reply = manageTarget(() => ({ ...target, cancelScheduled: () => undefined }), {
      operation: 'com.microsoft:schedule-message',
      properties: {},
      body: { messages: [{ message: encode({ body: 1 }) }] },
    });
    expect(reply?.body?.['sequence-numbers']).toMatchObject({ type: { name: 'Array32' }, value: [7, 8] });
  });
});

import { app } from '@azure/functions';
import { setTimeout as wait } from 'node:timers/promises';

// What a message asks for stands in its body: { note, fails?: times, hold?: true, takesMs? }.
// A held one waits for POST /api/release/{note}, which releases every delivery of it.
const deliveries = new Map();
const held = new Map();

app.serviceBusQueue('jobs', {
  connection: 'SERVICE_BUS',
  queueName: '%QUEUE%',
  isSessionsEnabled: true,
  handler: async (message, context) => {
    const note = message.note ?? 'text';
    const delivery = (deliveries.get(note) ?? 0) + 1;
    deliveries.set(note, delivery);
    const { triggerMetadata } = context;
    context.log(JSON.stringify({ event: 'begin', note, at: Date.now(), message, triggerMetadata }));
    if (message.takesMs) await wait(message.takesMs);
    if (message.hold) await new Promise((resolve) => held.set(note, [...(held.get(note) ?? []), resolve]));
    context.log(JSON.stringify({ event: 'end', note, at: Date.now() }));
    if (delivery <= (message.fails ?? 0)) throw new Error(`${note} fails`);
  },
});

app.http('release', {
  methods: ['POST'],
  route: 'release/{note}',
  handler: (request) => {
    for (const release of held.get(request.params.note) ?? []) release();
    held.delete(request.params.note);
    return { status: 204 };
  },
});

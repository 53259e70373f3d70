/**
 * The app on a machine that Graph does not reach: it makes no subscriptions, and asks every running tenant for changes
 * about each minute instead.
 */
export const POLLING_SETTINGS = { GRAPH_NOTIFICATIONS: 'false', POLL_EVERY_MINUTES: '1' } as const;

/**
 * What every part loads before its own program: it ends the part when the launcher is gone.
 *
 * A launcher that is killed outright cannot stop its children, but its end closes their IPC channel. The part
 * is asked to end by the signal it knows, and made to end where that does not help. It is an inline module, so
 * that it can go before any Node program, Azurite's included; the channel is unreferenced, so that it keeps no
 * part alive.
 */
const program = `
process.on('disconnect', () => {
  setTimeout(() => process.exit(1), 2000).unref();
  process.kill(process.pid, 'SIGTERM');
});
process.channel?.unref();
`;

/** For `node --import`. */
export const endWithParent = `data:text/javascript,${encodeURIComponent(program)}`;

import type { FirstReading } from '../../../shared/core/first-reading.js';
import { Notice } from '../layout.js';
import { sessionPath } from './addresses.js';
import type { Visitor } from './door.js';
import { FOR_SETUP, ReadNow } from './read-pages.js';

export interface NothingReadProps {
  readonly visitor: Visitor;
  readonly reading: FirstReading;
  /** The setup to whose preview the read leads; null for none. */
  readonly setupId: string | null;
}

/** Whether nothing of the directory is known yet, so that every number would be 0. */
export function isNothingRead(reading: FirstReading): boolean {
  switch (reading.kind) {
    case 'notRead':
    case 'requested':
      return true;
    case 'reading':
      return reading.objects.users === 0;
    case 'read':
      return false;
  }
}

/** Says before the first read that nothing was read, and offers the read or leads to its progress; else nothing. */
export function NothingRead({ visitor, reading, setupId }: NothingReadProps) {
  if (!isNothingRead(reading)) return null;
  return (
    <Notice tone="neutral">
      <p>
        <strong>Nothing was read yet.</strong> <WhatNext {...{ visitor, reading, setupId }} />
      </p>
      {mayRead(visitor, reading) && <ReadNow visitor={visitor} setupId={setupId} />}
    </Notice>
  );
}

/** A read that would be refused, or is under way already, is not offered. */
function mayRead({ tenant: { paused, state } }: Visitor, { kind }: FirstReading): boolean {
  return kind === 'notRead' && !paused && (state.kind === 'connected' || state.kind === 'running');
}

function WhatNext({ visitor, reading, setupId }: NothingReadProps) {
  const { tenantId, paused, state } = visitor.tenant;
  if (state.kind !== 'connected' && state.kind !== 'running')
    return (
      <>
        The directory cannot be read now.{' '}
        <a href={sessionPath(tenantId, 'overview')}>See on the overview what to do</a>
      </>
    );
  if (paused) return <>Reading is paused, and {visitor.invitedBy} can resume it.</>;
  if (reading.kind === 'notRead')
    return <>Read the directory to see who is in it. Nobody is synced by that.</>;
  return (
    <>
      The directory is being read for the first time.{' '}
      <a href={`${sessionPath(tenantId, 'read')}${setupId === null ? '' : `?${FOR_SETUP}=${setupId}`}`}>
        See how far it is
      </a>
    </>
  );
}

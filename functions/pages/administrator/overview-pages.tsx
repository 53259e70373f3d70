import { readFirstReading } from '../../../shared/use-cases/read-first-reading.js';
import type { Clock } from '../../../shared/ports/clock.js';
import type { Setups } from '../../../shared/ports/setups.js';
import type { SyncStates } from '../../../shared/ports/sync-state.js';
import { htmlAnswer } from '../html-answer.js';
import type { Page } from '../page.js';
import { sessionPath, sessionRoute } from './addresses.js';
import type { Door, Visitor } from './door.js';
import { examined, type Examined } from './examined.js';
import { Findings, NotExamined } from './findings.js';
import { Frame } from './frame.js';
import { overviewIssues } from './overview-issues.js';
import { Overview } from './overview-view.js';
import { overviewWords } from './overview-words.js';
import type { Examine } from './work.js';

export interface OverviewDependencies {
  readonly examine: Examine;
  readonly clock: Clock;
  readonly setups: Pick<Setups, 'all'>;
  readonly syncStates: SyncStates;
}

/** How the connection is and what to do next, and the doctor's findings in full. */
export function overviewPages(dependencies: OverviewDependencies, door: Door): Page[] {
  return [overviewPage(dependencies, door), doctorPage(dependencies, door)];
}

function overviewPage(dependencies: OverviewDependencies, door: Door): Page {
  return {
    name: 'administratorOverview',
    method: 'GET',
    path: sessionRoute('overview'),
    async answer(call) {
      const visitor = await door.enter(call);
      const { tenant, purposes, invitedBy } = visitor;
      const [found, reading, setups] = await Promise.all([
        examined(dependencies, tenant.tenantId),
        readFirstReading(dependencies, tenant.tenantId),
        dependencies.setups.all(tenant.tenantId),
      ]);
      const now = dependencies.clock.now();
      const issues = overviewIssues(tenant, found === 'unavailable' ? [] : found, now);
      const standing = setups.filter(({ state }) => state !== 'removing');
      const started = standing.filter(({ state }) => state === 'started').length;
      const counts = { all: standing.length, started };
      const words = overviewWords({ tenant, purposes, invitedBy, setups: counts, reading, issues });
      const isExamined = found !== 'unavailable';
      return htmlAnswer(<Overview visitor={visitor} words={words} issues={issues} isExamined={isExamined} />);
    },
  };
}

function doctorPage(dependencies: OverviewDependencies, door: Door): Page {
  return {
    name: 'administratorDoctor',
    method: 'GET',
    path: sessionRoute('doctor'),
    async answer(call) {
      const visitor = await door.enter(call);
      const found = await examined(dependencies, visitor.tenant.tenantId);
      return htmlAnswer(<Doctor visitor={visitor} found={found} />);
    },
  };
}

function Doctor({ visitor, found }: { readonly visitor: Visitor; readonly found: Examined }) {
  return (
    <Frame visitor={visitor} page="doctor" title="What the doctor finds">
      {found === 'unavailable' ? <NotExamined /> : <Findings visitor={visitor} findings={found} />}
      <p>
        <a href={sessionPath(visitor.tenant.tenantId, 'doctor')}>Examine again</a>
      </p>
    </Frame>
  );
}

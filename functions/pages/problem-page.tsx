import { htmlAnswer, type PageAnswer } from './html-answer.js';
import { Layout, Notice } from './layout.js';
import type { PageProblem } from './page-problem.js';

/** The page of a problem: the sentence and the fix, nothing else. */
export function problemAnswer(problem: PageProblem): PageAnswer {
  const page = (
    <Layout title="This did not work">
      <Notice tone="bad">
        <p>{problem.message}</p>
        <p>{problem.fix}</p>
      </Notice>
    </Layout>
  );
  return htmlAnswer(page, { status: problem.status, headers: problem.headers });
}

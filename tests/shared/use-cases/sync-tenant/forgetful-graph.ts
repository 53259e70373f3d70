import type { Scene } from './scene.js';

type Element = Record<string, unknown>;

/** Graph that leaves out of its delta pages the elements with such a property, and one object. */
export function forgetting(
  what: { readonly users?: string; readonly groups?: string },
  id: string | null = null,
): NonNullable<Scene['onAnswer']> {
  return (request, answer) => {
    const name = /\/(users|groups)\/delta/.exec(request.url.pathname)?.[1] as 'users' | 'groups' | undefined;
    const property = name === undefined ? undefined : what[name];
    if (property === undefined || answer.status !== 200) return answer;
    const body = parsed(answer.body);
    if (!Array.isArray(body?.['value'])) return answer;
    const kept = (body['value'] as Element[]).filter((each) => !(property in each) && each['id'] !== id);
    return { ...answer, body: JSON.stringify({ ...body, value: kept }) };
  };
}

/** A page may be spoilt by a fault. */
function parsed(text: string): Element | null {
  try {
    return JSON.parse(text) as Element;
  } catch {
    return null;
  }
}

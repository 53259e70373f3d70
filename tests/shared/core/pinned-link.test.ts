import { describe, expect, it } from 'vitest';

import { linkProblem } from '../../../shared/core/pinned-link.js';

const GRAPH = 'https://graph.microsoft.com';

describe('a link that Graph returned', () => {
  it.each([
    'https://graph.microsoft.com/v1.0/users/delta?$skiptoken=abc',
    'https://graph.microsoft.com:443/v1.0/users/delta?$deltatoken=',
    'https://GRAPH.microsoft.com/v1.0/groups/delta()?$deltaToken=x',
  ])('is followed on its own cloud: %s', (link) => {
    expect(linkProblem(link, GRAPH)).toBeNull();
  });

  it.each([
    ['http://graph.microsoft.com/v1.0/users', 'not https'],
    ['https://graph.microsoft.us/v1.0/users', 'host'],
    ['https://graph.microsoft.com.evil.example/v1.0/users', 'host'],
    ['https://graph.microsoft.com@evil.example/v1.0/users', 'host'],
    ['https://evil.example/?https://graph.microsoft.com/v1.0/users', 'host'],
    ['https://graph.microsoft.com:8443/v1.0/users', 'host'],
    ['https://user@graph.microsoft.com/v1.0/users', 'user name'],
    ['https://graph.microsoft.com/beta/users', 'path'],
    ['https://graph.microsoft.com/v1.0/../beta/users', 'path'],
    ['https://graph.microsoft.com/v1.0/%2e%2e/beta/users', 'path'],
    ['https://graph.microsoft.com\\@evil.example/v1.0/users', 'path'],
    ['/v1.0/users/delta', 'no absolute address'],
    ['//graph.microsoft.com/v1.0/users', 'no absolute address'],
    ['javascript:alert(1)', 'not https'],
    ['', 'no absolute address'],
  ])('is refused: %s', (link, problem) => {
    expect(linkProblem(link, GRAPH)).toContain(problem);
  });

  it('keeps to the exact port of a local Graph', () => {
    expect(linkProblem('https://localhost:4000/v1.0/users', 'https://localhost:4000')).toBeNull();
    expect(linkProblem('https://localhost:4001/v1.0/users', 'https://localhost:4000')).toContain('host');
  });
});

/** Sentences name calls of the API for whoever operates this; to the customer's administrator they say nothing. */
const API_CALLS = / \((?:GET|POST|PUT|PATCH|DELETE) [^)]*\)/g;

export function withoutApiCalls(sentence: string): string {
  return sentence.replace(API_CALLS, '');
}

import type { Tenant } from '../tenant.js';
import { accountsOf, type Account } from './accounts.js';
import { escapeHtml } from './answers.js';
import { refusals } from './token-errors.js';

/** What somebody decided on a page. */
export type Decision =
  { readonly kind: 'cancelled' } | { readonly kind: 'accepted'; readonly account: Account };

/**
 * The form of both pages, posted to the page's own address: `account` is the user principal name of one of the
 * tenants' accounts, `decision` is `accept` or `cancel`.
 */
export function signInForm(tenants: readonly Tenant[], accept: string): string {
  const groups = tenants.map((tenant) => {
    const options = accountsOf(tenant).map(({ userPrincipalName, administrator }) => {
      const name = escapeHtml(userPrincipalName);
      const role = administrator ? 'administrator' : 'ordinary user';
      return `<option value="${name}">${name} (${role})</option>`;
    });
    return `<optgroup label="${escapeHtml(tenant.displayName)}">${options.join('')}</optgroup>`;
  });
  return `<form method="post">
<label for="account">Sign in as</label>
<select id="account" name="account">${groups.join('')}</select>
<p><button name="decision" value="accept">${accept}</button><button name="decision" value="cancel">Cancel</button></p>
</form>`;
}

/** What a posted form says. @throws TokenRefused for an account that none of the tenants has */
export function readDecision(tenants: readonly Tenant[], body: string): Decision {
  const form = new URLSearchParams(body);
  if (form.get('decision') !== 'accept') return { kind: 'cancelled' };
  const name = form.get('account')?.toLowerCase() ?? '';
  const account = tenants
    .flatMap(accountsOf)
    .find(({ userPrincipalName }) => userPrincipalName.toLowerCase() === name);
  if (account === undefined) throw refusals.foreignAccount(name);
  return { kind: 'accepted', account };
}

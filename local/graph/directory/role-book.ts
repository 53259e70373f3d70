import { ChangeRefused } from './change-event.js';

/** An app role that a principal was given on a service principal. */
export interface AppRoleGrant {
  readonly servicePrincipalId: string;
  readonly appRoleId: string;
  readonly principalId: string;
  /** Sequence number: the order of the list, and where a page continues. */
  readonly seq: number;
}

/** An activated directory role with its direct members, in the order in which they got it. */
export interface DirectoryRole {
  readonly id: string;
  readonly roleTemplateId: string;
  readonly displayName: string;
  readonly members: readonly { readonly principalId: string; readonly seq: number }[];
}

/** Who has which role in a directory. Values are replaced, never written into, so that a copy may share them. */
export class RoleBook {
  #appRoles: readonly AppRoleGrant[] = [];
  #directoryRoles: readonly DirectoryRole[] = [];

  /** Earlier assignments first. */
  assignedTo(servicePrincipalId: string): readonly AppRoleGrant[] {
    return this.#appRoles.filter((grant) => grant.servicePrincipalId === servicePrincipalId.toLowerCase());
  }

  get directoryRoles(): readonly DirectoryRole[] {
    return this.#directoryRoles;
  }

  /** @throws ChangeRefused */
  assignAppRole(grant: AppRoleGrant): void {
    if (this.#appRoles.some((known) => sameGrant(known, grant)))
      throw new ChangeRefused('the principal has that app role already');
    this.#appRoles = [...this.#appRoles, grant];
  }

  /** @throws ChangeRefused */
  removeAppRole(grant: Omit<AppRoleGrant, 'seq'>): void {
    const left = this.#appRoles.filter((known) => !sameGrant(known, grant));
    if (left.length === this.#appRoles.length)
      throw new ChangeRefused('the principal does not have that app role');
    this.#appRoles = left;
  }

  /** @throws ChangeRefused */
  createDirectoryRole(role: Omit<DirectoryRole, 'members'>): void {
    if (this.#directoryRoles.some(({ id }) => id === role.id))
      throw new ChangeRefused(`the id ${role.id} was used before`);
    this.#directoryRoles = [...this.#directoryRoles, { ...role, members: [] }];
  }

  /** @throws ChangeRefused */
  assignDirectoryRole(roleId: string, principalId: string, seq: number): void {
    this.#change(roleId, (role) => {
      if (role.members.some((member) => member.principalId === principalId))
        throw new ChangeRefused('the principal has that directory role already');
      return { ...role, members: [...role.members, { principalId, seq }] };
    });
  }

  /** @throws ChangeRefused */
  removeDirectoryRole(roleId: string, principalId: string): void {
    this.#change(roleId, (role) => {
      const members = role.members.filter((member) => member.principalId !== principalId);
      if (members.length === role.members.length)
        throw new ChangeRefused('the principal does not have that directory role');
      return { ...role, members };
    });
  }

  clone(): RoleBook {
    return RoleBook.from(this.saved());
  }

  saved(): SavedRoles {
    return { appRoles: this.#appRoles, directoryRoles: this.#directoryRoles };
  }

  static from(saved: SavedRoles): RoleBook {
    const book = new RoleBook();
    book.#appRoles = saved.appRoles;
    book.#directoryRoles = saved.directoryRoles;
    return book;
  }

  #change(roleId: string, change: (role: DirectoryRole) => DirectoryRole): void {
    const id = roleId.toLowerCase();
    const role = this.#directoryRoles.find((known) => known.id === id);
    if (role === undefined) throw new ChangeRefused(`there is no directory role ${roleId}`);
    const changed = change(role);
    this.#directoryRoles = this.#directoryRoles.map((known) => (known === role ? changed : known));
  }
}

/** As it is kept in a file. */
export interface SavedRoles {
  readonly appRoles: readonly AppRoleGrant[];
  readonly directoryRoles: readonly DirectoryRole[];
}

function sameGrant(a: Omit<AppRoleGrant, 'seq'>, b: Omit<AppRoleGrant, 'seq'>): boolean {
  return (
    a.servicePrincipalId === b.servicePrincipalId &&
    a.appRoleId === b.appRoleId &&
    a.principalId === b.principalId
  );
}

/** Directory objects and their changes, as the control API speaks of them. */

/** A property value as Graph prints it. Setting `null` clears the property (an empty list for collections). */
export type AttributeValue =
  string | number | boolean | null | readonly unknown[] | { readonly [k: string]: unknown };
/** Properties by Graph name (`displayName`, `department`, …), without `id` and navigations. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Kinds of directory object that may be members but are neither users nor groups. */
export type OtherObjectType = 'device' | 'servicePrincipal' | 'orgContact';
export type MemberType = 'user' | 'group' | OtherObjectType;

/** One change of a directory. A created object's id may be chosen; otherwise the emulator makes a GUID. */
export type DirectoryChange =
  | { readonly kind: 'createUser'; readonly id?: string; readonly attributes?: Attributes }
  | { readonly kind: 'updateUser'; readonly id: string; readonly attributes: Attributes }
  | { readonly kind: 'setManager'; readonly userId: string; readonly managerId: string | null }
  | { readonly kind: 'softDeleteUser'; readonly id: string }
  | { readonly kind: 'restoreUser'; readonly id: string }
  | { readonly kind: 'hardDeleteUser'; readonly id: string }
  /** What Graph does with a user or group 30 days after its soft deletion; if `silent`, no delta query tells. */
  | { readonly kind: 'purge'; readonly id: string; readonly silent: boolean }
  /** A Microsoft 365 group has `groupTypes: ['Unified']`; anything else is deleted permanently at once. */
  | { readonly kind: 'createGroup'; readonly id?: string; readonly attributes?: Attributes }
  | { readonly kind: 'updateGroup'; readonly id: string; readonly attributes: Attributes }
  /** Soft for a Microsoft 365 group, permanent for every other. */
  | { readonly kind: 'deleteGroup'; readonly id: string }
  | { readonly kind: 'restoreGroup'; readonly id: string }
  | { readonly kind: 'hardDeleteGroup'; readonly id: string }
  | {
      readonly kind: 'createObject';
      readonly id?: string;
      readonly objectType: OtherObjectType;
      readonly attributes?: Attributes;
    }
  /** Any member kind; a group as member is a nesting, cycles are allowed. */
  | { readonly kind: 'addMember'; readonly groupId: string; readonly memberId: string }
  | { readonly kind: 'removeMember'; readonly groupId: string; readonly memberId: string }
  | RoleChange;

/** A role given or taken. A principal is a live user, group or service principal. */
export type RoleChange =
  /** Of a service principal made by `createObject`, or of one that stands for an app of the tenant. */
  | {
      readonly kind: 'assignAppRole' | 'removeAppRole';
      readonly servicePrincipalId: string;
      readonly appRoleId: string;
      readonly principalId: string;
    }
  /** Activates a role of the directory. */
  | {
      readonly kind: 'createDirectoryRole';
      readonly id?: string;
      readonly roleTemplateId: string;
      readonly displayName?: string;
    }
  | {
      readonly kind: 'assignDirectoryRole' | 'removeDirectoryRole';
      readonly roleId: string;
      readonly principalId: string;
    };

// Written by `user-events catalogue export`: what is changed here is lost.

/** The envelope that every event travels in, as JSON. */
export interface StandardMessage<MessageType extends string, Payload> {
  /** A UUID of version 4, unless its publisher chose another text. */
  messageId: string;
  messageType: MessageType;
  /** `1.0`; what has another major version cannot be read. */
  envelopeVersion: string;
  /** UTC, with three digits of milliseconds. */
  timestamp: string;
  sourceService: string;
  /** What the message belongs to, across services. */
  correlationId?: string;
  payload: Payload;
  /** What messages keep their order by. */
  partitionKey?: string;
}

/** The payload of `MfaChallengeFailed.v1`. */
export interface MfaChallengeFailedV1 {
  userId: string;
  /** A time in UTC (RFC 3339). */
  failureTimestamp: string;
  mfaMethod?: string;
  ipAddress?: string;
  userAgent?: string;
}

/** The payload of `MfaStatusChanged.v1`. */
export interface MfaStatusChangedV1 {
  userId: string;
  mfaEnabled: boolean;
  mfaMethod?: string;
  /** A time in UTC (RFC 3339). */
  changeTimestamp: string;
  changedBy?: string;
}

/** The payload of `PermissionAssignedToRole.v1`. */
export interface PermissionAssignedToRoleV1 {
  roleId: string;
  permissionId: string;
  permissionName: string;
  assignedBy: string;
  /** A time in UTC (RFC 3339). */
  assignmentTimestamp: string;
}

/** The payload of `PermissionCreated.v1`. */
export interface PermissionCreatedV1 {
  permissionId: string;
  permissionName: string;
  action?: string;
  subject?: string;
  description?: string;
  createdBy: string;
  /** A time in UTC (RFC 3339). */
  creationTimestamp: string;
}

/** The payload of `PermissionDeleted.v1`. */
export interface PermissionDeletedV1 {
  permissionId: string;
  permissionName: string;
  deletedBy: string;
  /** A time in UTC (RFC 3339). */
  deletionTimestamp: string;
}

/** The payload of `PermissionRemovedFromRole.v1`. */
export interface PermissionRemovedFromRoleV1 {
  roleId: string;
  permissionId: string;
  permissionName: string;
  removedBy: string;
  /** A time in UTC (RFC 3339). */
  removalTimestamp: string;
}

/** The payload of `PermissionUpdated.v1`. */
export interface PermissionUpdatedV1 {
  permissionId: string;
  updatedFields: UpdatedFields;
  oldValues?: { [name: string]: unknown };
  newValues: { [name: string]: unknown };
  updatedBy: string;
  /** A time in UTC (RFC 3339). */
  updateTimestamp: string;
}

/** The payload of `RoleCreated.v1`. */
export interface RoleCreatedV1 {
  roleId: string;
  roleName: string;
  description?: string;
  createdBy: string;
  /** A time in UTC (RFC 3339). */
  creationTimestamp: string;
  initialPermissionIds?: string[];
}

/** The payload of `RoleDeleted.v1`. */
export interface RoleDeletedV1 {
  roleId: string;
  roleName: string;
  deletedBy: string;
  /** A time in UTC (RFC 3339). */
  deletionTimestamp: string;
}

/** The payload of `RoleUpdated.v1`. */
export interface RoleUpdatedV1 {
  roleId: string;
  updatedFields: UpdatedFields;
  oldValues?: { [name: string]: unknown };
  newValues: { [name: string]: unknown };
  updatedBy: string;
  /** A time in UTC (RFC 3339). */
  updateTimestamp: string;
}

/** The payload of `UserAccountStatusChanged.v1`. */
export interface UserAccountStatusChangedV1 {
  userId: string;
  newStatus: AccountStatus;
  previousStatus: AccountStatus;
  /** A time in UTC (RFC 3339). */
  changeTimestamp: string;
  reason?: string;
  changedBy?: string;
}

/** The payload of `UserAddressAdded.v1`. */
export interface UserAddressAddedV1 {
  userId: string;
  profileId: string;
  addressId: string;
  addressType: AddressType;
  isDefaultShipping: boolean;
  isDefaultBilling: boolean;
  country: string;
  /** A time in UTC (RFC 3339). */
  addTimestamp: string;
  fullAddress?: Address;
}

/** The payload of `UserAddressDeleted.v1`. */
export interface UserAddressDeletedV1 {
  userId: string;
  profileId: string;
  addressId: string;
  /** A time in UTC (RFC 3339). */
  deleteTimestamp: string;
}

/** The payload of `UserAddressUpdated.v1`. */
export interface UserAddressUpdatedV1 {
  userId: string;
  profileId: string;
  addressId: string;
  updatedFields: UpdatedFields;
  /** A time in UTC (RFC 3339). */
  updateTimestamp: string;
  fullAddress?: Address;
}

/** The payload of `UserDeleted.v1`. */
export interface UserDeletedV1 {
  userId: string;
  email: string;
  deletionType: DeletionType;
  /** A time in UTC (RFC 3339). */
  deletionTimestamp: string;
  anonymized?: boolean;
}

/** The payload of `UserEmailVerified.v1`. */
export interface UserEmailVerifiedV1 {
  userId: string;
  email: string;
  /** A time in UTC (RFC 3339). */
  verificationTimestamp: string;
}

/** The payload of `UserLoggedIn.v1`. */
export interface UserLoggedInV1 {
  userId: string;
  sessionId?: string;
  /** A time in UTC (RFC 3339). */
  loginTimestamp: string;
  ipAddress?: string;
  userAgent?: string;
  mfaVerified?: boolean;
}

/** The payload of `UserLoggedOut.v1`. */
export interface UserLoggedOutV1 {
  userId: string;
  sessionId?: string;
  /** A time in UTC (RFC 3339). */
  logoutTimestamp: string;
  revokedTokenJtis?: string[];
}

/** The payload of `UserLoginFailed.v1`. */
export interface UserLoginFailedV1 {
  attemptedEmail?: string;
  attemptedUserId?: string;
  /** A time in UTC (RFC 3339). */
  failureTimestamp: string;
  reason: LoginFailure;
  ipAddress?: string;
  userAgent?: string;
}

/** The payload of `UserPasswordChanged.v1`. */
export interface UserPasswordChangedV1 {
  userId: string;
  /** A time in UTC (RFC 3339). */
  changeTimestamp: string;
  changeType: PasswordChangeType;
}

/** The payload of `UserPasswordResetRequested.v1`. */
export interface UserPasswordResetRequestedV1 {
  userId: string;
  email: string;
  /** A time in UTC (RFC 3339). */
  requestTimestamp: string;
  resetTokenIdentifier?: string;
}

/** The payload of `UserProfileDefaultAddressChanged.v1`. */
export interface UserProfileDefaultAddressChangedV1 {
  userId: string;
  profileId: string;
  defaultShippingAddressId: string | null;
  defaultBillingAddressId: string | null;
  /** A time in UTC (RFC 3339). */
  changeTimestamp: string;
}

/** The payload of `UserProfileUpdated.v1`. */
export interface UserProfileUpdatedV1 {
  userId: string;
  profileId: string;
  updatedFields: UpdatedFields;
  /** A time in UTC (RFC 3339). */
  updateTimestamp: string;
}

/** The payload of `UserRegistered.v1`. */
export interface UserRegisteredV1 {
  userId: string;
  email: string;
  username?: string;
  firstName?: string;
  lastName?: string;
  status: AccountStatus;
  /** A time in UTC (RFC 3339). */
  registrationTimestamp: string;
  source?: string;
}

/** The payload of `UserRegistered.v2`. */
export interface UserRegisteredV2 {
  userId: string;
  email: string;
  username?: string;
  name: PersonName;
  status: AccountStatus;
  /** A time in UTC (RFC 3339). */
  registrationTimestamp: string;
  source?: string;
}

/** The payload of `UserRoleAssigned.v1`. */
export interface UserRoleAssignedV1 {
  userId: string;
  roleId: string;
  roleName: string;
  assignedBy: string;
  /** A time in UTC (RFC 3339). */
  assignmentTimestamp: string;
}

/** The payload of `UserRoleRemoved.v1`. */
export interface UserRoleRemovedV1 {
  userId: string;
  roleId: string;
  roleName: string;
  removedBy: string;
  /** A time in UTC (RFC 3339). */
  removalTimestamp: string;
}

/** The payload of `UserUpdated.v1`. */
export interface UserUpdatedV1 {
  userId: string;
  updatedFields: UpdatedFields;
  /** A time in UTC (RFC 3339). */
  updateTimestamp: string;
}

export type UpdatedFields =
  | string[]
  | { [name: string]: unknown };

export type AccountStatus =
  | 'pending_verification'
  | 'active'
  | 'suspended'
  /** A value that this version does not know, kept as it is. */
  | string;

export type AddressType =
  | 'shipping'
  /** A value that this version does not know, kept as it is. */
  | string;

export interface Address {
  streetLine1: string;
  city: string;
  postalCode?: string;
  country: string;
}

export type DeletionType =
  | 'soft'
  /** A value that this version does not know, kept as it is. */
  | string;

export type LoginFailure =
  | 'invalid_credentials'
  /** A value that this version does not know, kept as it is. */
  | string;

export type PasswordChangeType =
  | 'self_initiated'
  /** A value that this version does not know, kept as it is. */
  | string;

export interface PersonName {
  first?: string;
  last?: string;
}

/** The payloads of all events, by message type. */
export interface Payloads {
  'MfaChallengeFailed.v1': MfaChallengeFailedV1;
  'MfaStatusChanged.v1': MfaStatusChangedV1;
  'PermissionAssignedToRole.v1': PermissionAssignedToRoleV1;
  'PermissionCreated.v1': PermissionCreatedV1;
  'PermissionDeleted.v1': PermissionDeletedV1;
  'PermissionRemovedFromRole.v1': PermissionRemovedFromRoleV1;
  'PermissionUpdated.v1': PermissionUpdatedV1;
  'RoleCreated.v1': RoleCreatedV1;
  'RoleDeleted.v1': RoleDeletedV1;
  'RoleUpdated.v1': RoleUpdatedV1;
  'UserAccountStatusChanged.v1': UserAccountStatusChangedV1;
  'UserAddressAdded.v1': UserAddressAddedV1;
  'UserAddressDeleted.v1': UserAddressDeletedV1;
  'UserAddressUpdated.v1': UserAddressUpdatedV1;
  'UserDeleted.v1': UserDeletedV1;
  'UserEmailVerified.v1': UserEmailVerifiedV1;
  'UserLoggedIn.v1': UserLoggedInV1;
  'UserLoggedOut.v1': UserLoggedOutV1;
  'UserLoginFailed.v1': UserLoginFailedV1;
  'UserPasswordChanged.v1': UserPasswordChangedV1;
  'UserPasswordResetRequested.v1': UserPasswordResetRequestedV1;
  'UserProfileDefaultAddressChanged.v1': UserProfileDefaultAddressChangedV1;
  'UserProfileUpdated.v1': UserProfileUpdatedV1;
  'UserRegistered.v1': UserRegisteredV1;
  'UserRegistered.v2': UserRegisteredV2;
  'UserRoleAssigned.v1': UserRoleAssignedV1;
  'UserRoleRemoved.v1': UserRoleRemovedV1;
  'UserUpdated.v1': UserUpdatedV1;
}

/** The message types of all events. */
export type MessageType = keyof Payloads;

/** An event in its envelope, whichever it is: `messageType` tells. */
export type Message = { [Type in MessageType]: StandardMessage<Type, Payloads[Type]> }[MessageType];

/** How all events are named, and where they are published. */
export const events = {
  'MfaChallengeFailed.v1': {
    messageType: 'MfaChallengeFailed.v1',
    exchange: 'user.events',
    routingKey: 'mfa.challenge.failed.v1',
  },
  'MfaStatusChanged.v1': {
    messageType: 'MfaStatusChanged.v1',
    exchange: 'user.events',
    routingKey: 'mfa.status.changed.v1',
  },
  'PermissionAssignedToRole.v1': {
    messageType: 'PermissionAssignedToRole.v1',
    exchange: 'user.events',
    routingKey: 'permission.assigned.to.role.v1',
  },
  'PermissionCreated.v1': {
    messageType: 'PermissionCreated.v1',
    exchange: 'user.events',
    routingKey: 'permission.created.v1',
  },
  'PermissionDeleted.v1': {
    messageType: 'PermissionDeleted.v1',
    exchange: 'user.events',
    routingKey: 'permission.deleted.v1',
  },
  'PermissionRemovedFromRole.v1': {
    messageType: 'PermissionRemovedFromRole.v1',
    exchange: 'user.events',
    routingKey: 'permission.removed.from.role.v1',
  },
  'PermissionUpdated.v1': {
    messageType: 'PermissionUpdated.v1',
    exchange: 'user.events',
    routingKey: 'permission.updated.v1',
  },
  'RoleCreated.v1': {
    messageType: 'RoleCreated.v1',
    exchange: 'user.events',
    routingKey: 'role.created.v1',
  },
  'RoleDeleted.v1': {
    messageType: 'RoleDeleted.v1',
    exchange: 'user.events',
    routingKey: 'role.deleted.v1',
  },
  'RoleUpdated.v1': {
    messageType: 'RoleUpdated.v1',
    exchange: 'user.events',
    routingKey: 'role.updated.v1',
  },
  'UserAccountStatusChanged.v1': {
    messageType: 'UserAccountStatusChanged.v1',
    exchange: 'user.events',
    routingKey: 'user.account.status.changed.v1',
  },
  'UserAddressAdded.v1': {
    messageType: 'UserAddressAdded.v1',
    exchange: 'user.events',
    routingKey: 'user.address.added.v1',
  },
  'UserAddressDeleted.v1': {
    messageType: 'UserAddressDeleted.v1',
    exchange: 'user.events',
    routingKey: 'user.address.deleted.v1',
  },
  'UserAddressUpdated.v1': {
    messageType: 'UserAddressUpdated.v1',
    exchange: 'user.events',
    routingKey: 'user.address.updated.v1',
  },
  'UserDeleted.v1': {
    messageType: 'UserDeleted.v1',
    exchange: 'user.events',
    routingKey: 'user.deleted.v1',
  },
  'UserEmailVerified.v1': {
    messageType: 'UserEmailVerified.v1',
    exchange: 'user.events',
    routingKey: 'user.email.verified.v1',
  },
  'UserLoggedIn.v1': {
    messageType: 'UserLoggedIn.v1',
    exchange: 'user.events',
    routingKey: 'user.logged.in.v1',
  },
  'UserLoggedOut.v1': {
    messageType: 'UserLoggedOut.v1',
    exchange: 'user.events',
    routingKey: 'user.logged.out.v1',
  },
  'UserLoginFailed.v1': {
    messageType: 'UserLoginFailed.v1',
    exchange: 'user.events',
    routingKey: 'user.login.failed.v1',
  },
  'UserPasswordChanged.v1': {
    messageType: 'UserPasswordChanged.v1',
    exchange: 'user.events',
    routingKey: 'user.password.changed.v1',
  },
  'UserPasswordResetRequested.v1': {
    messageType: 'UserPasswordResetRequested.v1',
    exchange: 'user.events',
    routingKey: 'user.password.reset.requested.v1',
  },
  'UserProfileDefaultAddressChanged.v1': {
    messageType: 'UserProfileDefaultAddressChanged.v1',
    exchange: 'user.events',
    routingKey: 'user.profile.default.address.changed.v1',
  },
  'UserProfileUpdated.v1': {
    messageType: 'UserProfileUpdated.v1',
    exchange: 'user.events',
    routingKey: 'user.profile.updated.v1',
  },
  'UserRegistered.v1': {
    messageType: 'UserRegistered.v1',
    exchange: 'user.events',
    routingKey: 'user.registered.v1',
  },
  'UserRegistered.v2': {
    messageType: 'UserRegistered.v2',
    exchange: 'user.events',
    routingKey: 'user.registered.v2',
  },
  'UserRoleAssigned.v1': {
    messageType: 'UserRoleAssigned.v1',
    exchange: 'user.events',
    routingKey: 'user.role.assigned.v1',
  },
  'UserRoleRemoved.v1': {
    messageType: 'UserRoleRemoved.v1',
    exchange: 'user.events',
    routingKey: 'user.role.removed.v1',
  },
  'UserUpdated.v1': {
    messageType: 'UserUpdated.v1',
    exchange: 'user.events',
    routingKey: 'user.updated.v1',
  },
} as const;

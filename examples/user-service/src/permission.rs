//! Permissions, and the roles that give them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use user_events::DomainEvent;
use user_events::time::millis;

use crate::{PermissionId, RoleId, UpdatedFields, UserId};

/// There is a new permission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "PermissionCreated", version = 1, exchange = "user.events", partition_key = permission_id)]
pub struct PermissionCreated {
    pub permission_id: PermissionId,
    pub permission_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub created_by: UserId,
    #[serde(with = "millis")]
    pub creation_timestamp: DateTime<Utc>,
}

/// A permission changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "PermissionUpdated", version = 1, exchange = "user.events", partition_key = permission_id)]
pub struct PermissionUpdated {
    pub permission_id: PermissionId,
    pub updated_fields: UpdatedFields,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_values: Option<Map<String, Value>>,
    pub new_values: Map<String, Value>,
    pub updated_by: UserId,
    #[serde(with = "millis")]
    pub update_timestamp: DateTime<Utc>,
}

/// A permission is gone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "PermissionDeleted", version = 1, exchange = "user.events", partition_key = permission_id)]
pub struct PermissionDeleted {
    pub permission_id: PermissionId,
    pub permission_name: String,
    pub deleted_by: UserId,
    #[serde(with = "millis")]
    pub deletion_timestamp: DateTime<Utc>,
}

/// A role was given a permission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "PermissionAssignedToRole", version = 1, exchange = "user.events", partition_key = role_id)]
pub struct PermissionAssignedToRole {
    pub role_id: RoleId,
    pub permission_id: PermissionId,
    pub permission_name: String,
    pub assigned_by: UserId,
    #[serde(with = "millis")]
    pub assignment_timestamp: DateTime<Utc>,
}

/// A permission was taken from a role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "PermissionRemovedFromRole", version = 1, exchange = "user.events", partition_key = role_id)]
pub struct PermissionRemovedFromRole {
    pub role_id: RoleId,
    pub permission_id: PermissionId,
    pub permission_name: String,
    pub removed_by: UserId,
    #[serde(with = "millis")]
    pub removal_timestamp: DateTime<Utc>,
}

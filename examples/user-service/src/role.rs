//! Roles, and who has them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use user_events::DomainEvent;
use user_events::time::millis;

use crate::{PermissionId, RoleId, UpdatedFields, UserId};

/// There is a new role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "RoleCreated", version = 1, exchange = "user.events", partition_key = role_id)]
pub struct RoleCreated {
    pub role_id: RoleId,
    pub role_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub created_by: UserId,
    #[serde(with = "millis")]
    pub creation_timestamp: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_permission_ids: Option<Vec<PermissionId>>,
}

/// A role changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "RoleUpdated", version = 1, exchange = "user.events", partition_key = role_id)]
pub struct RoleUpdated {
    pub role_id: RoleId,
    pub updated_fields: UpdatedFields,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_values: Option<Map<String, Value>>,
    pub new_values: Map<String, Value>,
    pub updated_by: UserId,
    #[serde(with = "millis")]
    pub update_timestamp: DateTime<Utc>,
}

/// A role is gone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "RoleDeleted", version = 1, exchange = "user.events", partition_key = role_id)]
pub struct RoleDeleted {
    pub role_id: RoleId,
    pub role_name: String,
    pub deleted_by: UserId,
    #[serde(with = "millis")]
    pub deletion_timestamp: DateTime<Utc>,
}

/// A user was given a role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "UserRoleAssigned", version = 1, exchange = "user.events", partition_key = user_id)]
pub struct UserRoleAssigned {
    pub user_id: UserId,
    pub role_id: RoleId,
    pub role_name: String,
    pub assigned_by: UserId,
    #[serde(with = "millis")]
    pub assignment_timestamp: DateTime<Utc>,
}

/// A role was taken from a user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, DomainEvent)]
#[serde(rename_all = "camelCase")]
#[event(type = "UserRoleRemoved", version = 1, exchange = "user.events", partition_key = user_id)]
pub struct UserRoleRemoved {
    pub user_id: UserId,
    pub role_id: RoleId,
    pub role_name: String,
    pub removed_by: UserId,
    #[serde(with = "millis")]
    pub removal_timestamp: DateTime<Utc>,
}

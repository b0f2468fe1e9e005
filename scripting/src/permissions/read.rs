//! `[permissions]` of a manifest.

use toml::de::DeValue;

use super::{Access, FilePattern, NetPattern, Permission};
use crate::AppId;
use crate::manifest::fields::{Field, Fields};

/// What the table asks for, in a fixed order.
pub(crate) fn read(field: &Field<'_, '_>) -> Vec<Permission> {
    let Some(mut fields) = field.fields() else { return Vec::new() };
    let mut permissions = Vec::new();
    permissions.extend(switch(&mut fields, "llm", Permission::Llm));
    permissions.extend(fields.take("documents").and_then(|field| documents(&field)));
    permissions.extend(list(&mut fields, "files", files));
    permissions.extend(list(&mut fields, "net", |item| {
        let pattern = NetPattern::parse(&item.text()?);
        pattern.map(Permission::Net).map_err(|refused| item.complain(refused)).ok()
    }));
    permissions.extend(switch(&mut fields, "clipboard", Permission::Clipboard));
    permissions.extend(switch(&mut fields, "notifications", Permission::Notifications));
    permissions.extend(list(&mut fields, "apps", |item| {
        let id = AppId::parse(&item.text()?);
        id.map(Permission::App).map_err(|refused| item.complain(refused.to_string())).ok()
    }));
    fields.finish();
    permissions
}

fn switch(
    fields: &mut Fields<'_, '_>,
    key: &'static str,
    permission: Permission,
) -> Option<Permission> {
    fields.flag(key)?.then_some(permission)
}

fn list(
    fields: &mut Fields<'_, '_>,
    key: &'static str,
    read: impl Fn(&Field<'_, '_>) -> Option<Permission>,
) -> Vec<Permission> {
    let mut permissions: Vec<Permission> = Vec::new();
    for item in fields.take(key).and_then(|field| field.items()).unwrap_or_default() {
        if let Some(permission) = read(&item).filter(|permission| !permissions.contains(permission))
        {
            permissions.push(permission);
        }
    }
    permissions
}

fn documents(field: &Field<'_, '_>) -> Option<Permission> {
    access(field).map(Permission::Documents)
}

fn files(item: &Field<'_, '_>) -> Option<Permission> {
    let (path, access) = match item.value {
        DeValue::Table(_) => {
            let mut fields = item.fields()?;
            let path = fields.take("path");
            if path.is_none() {
                fields.missing("path", "\"~/Notes/**\"");
            }
            let access = fields.take("access").map_or(Some(Access::Write), |field| access(&field));
            fields.finish();
            (path?, access?)
        }
        _ => (item.clone(), Access::Write),
    };
    let pattern = FilePattern::parse(&path.text()?);
    let pattern = pattern.map_err(|refused| path.complain(refused)).ok()?;
    Some(Permission::Files { pattern, access })
}

fn access(field: &Field<'_, '_>) -> Option<Access> {
    match field.text()?.as_str() {
        "read" => Some(Access::Read),
        "write" => Some(Access::Write),
        other => {
            let other = other.escape_debug();
            field.complain(format!(
                "`{}` has to be \"read\" or \"write\", not \"{other}\"",
                field.path
            ));
            None
        }
    }
}

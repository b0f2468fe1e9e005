//! What one loaded app may do and how it is set, as its person last decided: written by the
//! supervisor, read by the host functions.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use serde_json::{Map, Value};

use crate::Manifest;
use crate::permissions::{Grants, Need, Permission, Roots, Verdict};

/// The rights and the settings of one loaded version of an app.
pub struct Rights {
    manifest: Arc<Manifest>,
    roots: Roots,
    decided: RwLock<Decided>,
    /// Files and folders that the person gave into the app's hands, by choosing or dropping them.
    handed: Mutex<HashSet<PathBuf>>,
}

struct Decided {
    grants: Grants,
    settings: Map<String, Value>,
}

impl Rights {
    /// `settings` are the effective ones, secrets included.
    #[must_use]
    pub fn new(
        manifest: Arc<Manifest>,
        roots: Roots,
        grants: Grants,
        settings: Map<String, Value>,
    ) -> Self {
        let decided = RwLock::new(Decided { grants, settings });
        Self { manifest, roots, decided, handed: Mutex::default() }
    }

    /// The app's manifest.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// What the person decided anew. An app that waits for an answer goes on by itself.
    pub fn decide(&self, grants: Grants, settings: Map<String, Value>) {
        *self.decided.write().unwrap_or_else(PoisonError::into_inner) =
            Decided { grants, settings };
    }

    /// Whether the app may do this now.
    pub fn verdict(&self, need: Need<'_>) -> Verdict {
        if let Need::File { path, .. } = need
            && self.is_handed(path)
        {
            return Verdict::Granted;
        }
        self.decided().grants.verdict(&self.manifest.permissions, need, &self.roots)
    }

    /// Whether a granted permission writes out the host of this address.
    pub fn names_host(&self, url: &reqwest::Url) -> bool {
        let decided = self.decided();
        let mut permissions = self.manifest.permissions.iter();
        permissions.any(|permission| match permission {
            Permission::Net(pattern) => {
                pattern.names_its_host()
                    && pattern.matches(url)
                    && decided.grants.answer(permission) == Some(true)
            }
            _ => false,
        })
    }

    /// The value of a setting; `None` for one that the manifest does not have.
    pub fn setting(&self, key: &str) -> Option<Value> {
        self.decided().settings.get(key).cloned()
    }

    /// All settings.
    pub fn settings(&self) -> Map<String, Value> {
        self.decided().settings.clone()
    }

    /// Lets the app use a file, or all within a folder, until it is loaded anew: its person chose or
    /// dropped it. `path` is canonical, or that of a file which does not exist yet.
    pub fn hand_over(&self, path: PathBuf) {
        self.handed.lock().unwrap_or_else(PoisonError::into_inner).insert(path);
    }

    fn is_handed(&self, path: &Path) -> bool {
        let handed = self.handed.lock().unwrap_or_else(PoisonError::into_inner);
        path.ancestors().any(|part| handed.contains(part))
    }

    fn decided(&self) -> RwLockReadGuard<'_, Decided> {
        self.decided.read().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::sync::Arc;

    use serde_json::{Map, json};

    use super::Rights;
    use crate::manifest;
    use crate::permissions::{Access, Grants, Need, Roots, Verdict};

    const MANIFEST: &str = r#"
id = "test"
name = "Test"
version = "1.0.0"
api = 1
[permissions]
llm = true
"#;

    fn rights() -> Rights {
        let manifest = Arc::new(manifest::parse(MANIFEST).expect("a sound manifest"));
        Rights::new(manifest, Roots::default(), Grants::default(), Map::new())
    }

    #[test]
    fn a_decision_counts_at_once() {
        let rights = rights();
        assert!(matches!(rights.verdict(Need::Llm), Verdict::Unasked(_)));
        assert_eq!(rights.setting("tone"), None);
        let mut grants = Grants::default();
        grants.set("llm", Some(true));
        let settings = [("tone".to_owned(), json!("kind"))].into_iter().collect();
        rights.decide(grants, settings);
        assert_eq!(rights.verdict(Need::Llm), Verdict::Granted);
        assert_eq!(rights.setting("tone"), Some(json!("kind")));
    }

    #[test]
    fn what_a_person_hands_over_may_be_used_and_its_neighbours_not() {
        let rights = rights();
        rights.hand_over(PathBuf::from("/papers/taxes"));
        let verdict =
            |path| rights.verdict(Need::File { path: Path::new(path), access: Access::Write });
        assert_eq!(verdict("/papers/taxes"), Verdict::Granted);
        assert_eq!(verdict("/papers/taxes/2026/a.txt"), Verdict::Granted);
        assert!(matches!(verdict("/papers/taxes2"), Verdict::NotInManifest { .. }));
        assert!(matches!(verdict("/papers"), Verdict::NotInManifest { .. }));
    }
}

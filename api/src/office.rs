//! What the office has set for itself, at hand in memory: catalogues, and the rules of each policy version.
//!
//! Read once at start: nothing edits them while the server runs yet.

use domain::calendar::Calendar;
use domain::catalogue::{Catalogue, Category, Channel, Dependency, Unit, in_force};
use domain::policy::{Policy, Rules};
use persistence::{Db, StoreError, Tx, catalogues};

/// Catalogues and rules.
#[derive(Clone, Debug)]
pub struct Office {
    /// Dependencies, units, categories, channels.
    pub catalogue: Catalogue,
    /// The rules in force for what is filed now.
    pub rules: Rules,
    /// The rules of every policy version, for what was filed under it.
    versions: Vec<Rules>,
}

impl Office {
    /// Seeds an empty database with what ships for Torreón and the standard policy.
    ///
    /// # Errors
    /// The database's.
    pub fn seed(tx: &mut Tx, now: domain::time::Instant) -> Result<(), StoreError> {
        catalogues::seed(tx, now)
    }

    /// Reads it all.
    ///
    /// # Errors
    /// The database's.
    pub fn read(db: &mut Db, calendar: &Calendar) -> Result<Self, StoreError> {
        let catalogue = catalogues::catalogue(db)?;
        let versions: Vec<Rules> =
            catalogues::policies(db)?.into_iter().map(|policy| Rules { calendar: calendar.clone(), policy }).collect();
        Ok(Self::of(catalogue, versions, calendar))
    }

    /// What the office is with these catalogues and policy versions, oldest first.
    #[must_use]
    pub fn of(catalogue: Catalogue, versions: Vec<Rules>, calendar: &Calendar) -> Self {
        let standard = || Rules { calendar: calendar.clone(), policy: Policy::standard() };
        let rules = versions.last().cloned().unwrap_or_else(standard);
        Self { catalogue, rules, versions }
    }

    /// The rules by which a petition is judged: those of the policy version that it was filed under.
    #[must_use]
    pub fn rules_of(&self, policy: &(String, i32)) -> &Rules {
        self.versions
            .iter()
            .find(|rules| rules.policy.code == policy.0 && rules.policy.version == policy.1)
            .unwrap_or(&self.rules)
    }

    /// A category, valid or not.
    #[must_use]
    pub fn category(&self, code: &str) -> Option<&Category> {
        self.catalogue.categories.iter().find(|category| category.code == code)
    }

    /// A channel, valid or not.
    #[must_use]
    pub fn channel(&self, code: &str) -> Option<&Channel> {
        self.catalogue.channels.iter().find(|channel| channel.code == code)
    }

    /// A dependency, valid or not.
    #[must_use]
    pub fn dependency(&self, code: &str) -> Option<&Dependency> {
        self.catalogue.dependencies.iter().find(|dependency| dependency.code == code)
    }

    /// A unit, valid or not.
    #[must_use]
    pub fn unit(&self, code: &str) -> Option<&Unit> {
        self.catalogue.units.iter().find(|unit| unit.code == code)
    }

    /// A dependency that may be used on this day.
    #[must_use]
    pub fn valid_dependency(&self, code: &str, on: chrono::NaiveDate) -> Option<&Dependency> {
        self.dependency(code).filter(|one| in_force(one.valid_from, one.valid_until, on))
    }

    /// A unit of this dependency that may be used on this day.
    #[must_use]
    pub fn valid_unit(&self, dependency: &str, code: &str, on: chrono::NaiveDate) -> Option<&Unit> {
        self.unit(code).filter(|one| one.dependency == dependency && in_force(one.valid_from, one.valid_until, on))
    }

    /// A category that may be used on this day.
    #[must_use]
    pub fn valid_category(&self, code: &str, on: chrono::NaiveDate) -> Option<&Category> {
        self.category(code).filter(|one| in_force(one.valid_from, one.valid_until, on))
    }

    /// A channel that may be used on this day.
    #[must_use]
    pub fn valid_channel(&self, code: &str, on: chrono::NaiveDate) -> Option<&Channel> {
        self.channel(code).filter(|one| in_force(one.valid_from, one.valid_until, on))
    }

    /// Whether a dependency shows its work in this category before it says that it is done.
    #[must_use]
    pub fn needs_evidence(&self, category: &str) -> bool {
        self.category(category).is_some_and(|category| category.evidence)
    }

    /// This category's code and those of all below it.
    #[must_use]
    pub fn descendants(&self, code: &str) -> Vec<String> {
        let mut found = vec![code.to_owned()];
        let mut at = 0;
        while let Some(parent) = found.get(at).cloned() {
            let children =
                self.catalogue.categories.iter().filter(|one| one.parent.as_deref() == Some(parent.as_str()));
            let new: Vec<String> =
                children.map(|one| one.code.clone()).filter(|child| !found.contains(child)).collect();
            found.extend(new);
            at += 1;
        }
        found
    }
}

//! What the office has set for itself, at hand in memory: catalogues, and the rules of each policy version.
//!
//! Kept between requests and read again when an edit has been counted in the ledger. A reader is told the count by
//! the look-up of its caller, in its own snapshot; a unit of work has it from the ledger, which it has locked. So a
//! node's next request sees what any node has committed, and no unit of work goes by what was ended before.

use std::sync::{Arc, PoisonError, RwLock};

use domain::calendar::Calendar;
use domain::catalogue::{
    Areas, Catalogue, Category, Channel, Dependency, Entry, Neighbourhood, Neighbourhoods, Unit, in_force,
};
use domain::policy::{Policy, Rules};
use domain::refusal::{Code, Refusal};
use persistence::{Db, StoreError, Tx, catalogues};

use crate::tables;

/// Catalogues and rules.
#[derive(Clone, Debug)]
pub struct Office {
    /// Dependencies, units, categories, channels and the rest.
    pub catalogue: Catalogue,
    /// The rules in force for what is filed now.
    pub rules: Rules,
    /// The rules of every policy version, for what was filed under it.
    versions: Vec<Rules>,
    /// How often the catalogues had been edited.
    version: i64,
    /// Where neighbourhoods lie.
    areas: Areas,
    /// The neighbourhoods by their names.
    named: Neighbourhoods,
}

/// The office as this process last read it.
#[derive(Debug)]
pub struct Offices {
    calendar: Calendar,
    present: RwLock<Arc<Office>>,
}

impl Offices {
    /// Begins with an office that was read.
    #[must_use]
    pub fn new(office: Office, calendar: Calendar) -> Self {
        Self { calendar, present: RwLock::new(Arc::new(office)) }
    }

    /// The office of this version, which the snapshot of `db` has.
    ///
    /// # Errors
    /// The database's.
    pub fn at(&self, db: &mut Db, version: i64) -> Result<Arc<Office>, StoreError> {
        if let Some(office) = self.kept(version) {
            return Ok(office);
        }
        let office = Arc::new(Office::read(db, &self.calendar)?);
        self.keep(&office);
        Ok(office)
    }

    /// The office that this snapshot has, for who has no account: asks for the version.
    ///
    /// # Errors
    /// The database's.
    pub fn of(&self, db: &mut Db) -> Result<Arc<Office>, StoreError> {
        let version = catalogues::version(db)?;
        self.at(db, version)
    }

    /// The office that a unit of work goes by: edits before it in its own group are seen, and not kept while they
    /// may yet be rolled back.
    ///
    /// # Errors
    /// The database's.
    pub fn in_unit(&self, tx: &mut Tx) -> Result<Arc<Office>, StoreError> {
        let version = tx.catalogue_version();
        if tx.catalogue_is_committed() {
            return self.at(tx.beside(), version);
        }
        Ok(Arc::new(Office::read(tx.beside(), &self.calendar)?))
    }

    fn kept(&self, version: i64) -> Option<Arc<Office>> {
        let present = self.present.read().unwrap_or_else(PoisonError::into_inner);
        (present.version == version).then(|| Arc::clone(&present))
    }

    /// A snapshot may be older than what another request has read since.
    fn keep(&self, office: &Arc<Office>) {
        let mut present = self.present.write().unwrap_or_else(PoisonError::into_inner);
        if present.version < office.version {
            *present = Arc::clone(office);
        }
    }
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
        let version = catalogues::version(db)?;
        let areas = Areas::of(catalogues::areas(db)?.iter().filter_map(tables::areas::kept).collect());
        Ok(Self { version, areas, ..Self::of(catalogue, versions, calendar) })
    }

    /// What the office is with these catalogues and policy versions, oldest first.
    #[must_use]
    pub fn of(catalogue: Catalogue, versions: Vec<Rules>, calendar: &Calendar) -> Self {
        let standard = || Rules { calendar: calendar.clone(), policy: Policy::standard() };
        let rules = versions.last().cloned().unwrap_or_else(standard);
        let named = Neighbourhoods::of(&catalogue);
        Self { catalogue, rules, versions, version: 0, named, areas: Areas::default() }
    }

    /// A row of a catalogue, valid or not.
    #[must_use]
    pub fn entry<E: Entry>(&self, code: &str) -> Option<&E> {
        E::of(&self.catalogue, code)
    }

    /// A neighbourhood that may be used on this day.
    #[must_use]
    pub fn valid_neighbourhood(&self, code: &str, on: chrono::NaiveDate) -> Option<&Neighbourhood> {
        self.entry::<Neighbourhood>(code).filter(|one| in_force(one.valid_from, one.valid_until, on))
    }

    /// The neighbourhood that somebody named, where exactly one of those valid on this day is called so: accents,
    /// case and punctuation do not matter.
    #[must_use]
    pub fn neighbourhood_named(&self, name: &str, on: chrono::NaiveDate) -> Option<&Neighbourhood> {
        self.named.only(&self.catalogue, name, on)
    }

    /// The smallest neighbourhood around a place, of those that lie somewhere and are valid on this day.
    #[must_use]
    pub fn neighbourhood_around(
        &self,
        (latitude, longitude): (f64, f64),
        on: chrono::NaiveDate,
    ) -> Option<&Neighbourhood> {
        self.areas.around(latitude, longitude).find_map(|code| self.valid_neighbourhood(code, on))
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

    /// A dependency that may be used on this day, or why not: what has ended names who took its place.
    ///
    /// # Errors
    /// `dependency_ended`, `dependency_unknown` (422) at `pointer`.
    pub fn named_dependency(
        &self,
        code: &str,
        on: chrono::NaiveDate,
        pointer: impl Into<String>,
    ) -> Result<&Dependency, Refusal> {
        match self.catalogue.present(code, on) {
            Some(present) if present.code == code => Ok(present),
            Some(other) => Err(Refusal::at(Code::DependencyEnded, pointer)
                .with("successor", other.code.clone())
                .with("name", other.name_es.clone())),
            None => Err(Refusal::at(Code::DependencyUnknown, pointer)),
        }
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
        self.category(category).is_some_and(|category| category.evidence_required)
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

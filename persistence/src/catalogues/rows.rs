//! Rows of the catalogues, from and to the domain's types.

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::catalogue::{
    Authority, AuthorityLevel, Category, Channel, ChannelType, ContactRule, Dependency, Entry, Neighbourhood,
    Procedure, Programme, Unit,
};
use domain::code::Coded;

use super::schema::{authorities, categories, channels, dependencies, neighbourhoods, procedures, programmes, units};
use crate::{Db, StoreError, on};

/// A row of a catalogue that is kept here.
pub trait Kept: Entry {
    /// All rows, in no order.
    ///
    /// # Errors
    /// The database's; a row with a code that this binary does not know.
    fn load(db: &mut Db) -> Result<Vec<Self>, StoreError>;

    /// Writes a row, new or changed.
    ///
    /// # Errors
    /// The database's.
    fn keep(&self, db: &mut Db) -> Result<(), StoreError>;
}

pub(super) fn unknown(column: &str) -> StoreError {
    StoreError::Schema(format!("a catalogue with an unknown code in {column}"))
}

#[derive(Insertable, AsChangeset, Queryable, Selectable)]
#[diesel(table_name = dependencies, primary_key(code), treat_none_as_null = true, treat_none_as_default_value = false)]
struct DependencyRow {
    code: String,
    position: i32,
    name_es: String,
    name_en: String,
    abbreviation: Option<String>,
    successor: Option<String>,
    valid_from: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
}

impl From<&Dependency> for DependencyRow {
    fn from(row: &Dependency) -> Self {
        Self {
            code: row.code.clone(),
            position: row.rank,
            name_es: row.name_es.clone(),
            name_en: row.name_en.clone(),
            abbreviation: row.abbreviation.clone(),
            successor: row.successor.clone(),
            valid_from: row.valid_from,
            valid_until: row.valid_until,
        }
    }
}

impl Kept for Dependency {
    fn load(db: &mut Db) -> Result<Vec<Self>, StoreError> {
        let found: Vec<DependencyRow> = on!(db, c => dependencies::table.select(DependencyRow::as_select()).load(c))?;
        let read = |row: DependencyRow| Self {
            code: row.code,
            rank: row.position,
            name_es: row.name_es,
            name_en: row.name_en,
            abbreviation: row.abbreviation,
            successor: row.successor,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
        };
        Ok(found.into_iter().map(read).collect())
    }

    fn keep(&self, db: &mut Db) -> Result<(), StoreError> {
        let row = DependencyRow::from(self);
        on!(db, c => diesel::insert_into(dependencies::table)
            .values(&row)
            .on_conflict(dependencies::code)
            .do_update()
            .set(&row)
            .execute(c))?;
        Ok(())
    }
}

#[derive(Insertable, AsChangeset, Queryable, Selectable)]
#[diesel(table_name = units, primary_key(code), treat_none_as_null = true, treat_none_as_default_value = false)]
struct UnitRow {
    code: String,
    position: i32,
    dependency: String,
    name_es: String,
    name_en: String,
    valid_from: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
}

impl From<&Unit> for UnitRow {
    fn from(row: &Unit) -> Self {
        Self {
            code: row.code.clone(),
            position: row.rank,
            dependency: row.dependency.clone(),
            name_es: row.name_es.clone(),
            name_en: row.name_en.clone(),
            valid_from: row.valid_from,
            valid_until: row.valid_until,
        }
    }
}

impl Kept for Unit {
    fn load(db: &mut Db) -> Result<Vec<Self>, StoreError> {
        let found: Vec<UnitRow> = on!(db, c => units::table.select(UnitRow::as_select()).load(c))?;
        let read = |row: UnitRow| Self {
            code: row.code,
            rank: row.position,
            dependency: row.dependency,
            name_es: row.name_es,
            name_en: row.name_en,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
        };
        Ok(found.into_iter().map(read).collect())
    }

    fn keep(&self, db: &mut Db) -> Result<(), StoreError> {
        let row = UnitRow::from(self);
        on!(db, c => diesel::insert_into(units::table)
            .values(&row)
            .on_conflict(units::code)
            .do_update()
            .set(&row)
            .execute(c))?;
        Ok(())
    }
}

#[derive(Insertable, AsChangeset, Queryable, Selectable)]
#[diesel(table_name = categories, primary_key(code), treat_none_as_null = true, treat_none_as_default_value = false)]
struct CategoryRow {
    code: String,
    position: i32,
    parent: Option<String>,
    name_es: String,
    name_en: String,
    kind: String,
    dependency: Option<String>,
    unit: Option<String>,
    contact: String,
    evidence: bool,
    valid_from: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
}

impl From<&Category> for CategoryRow {
    fn from(row: &Category) -> Self {
        Self {
            code: row.code.clone(),
            position: row.rank,
            parent: row.parent.clone(),
            name_es: row.name_es.clone(),
            name_en: row.name_en.clone(),
            kind: row.kind.clone(),
            dependency: row.dependency.clone(),
            unit: row.unit.clone(),
            contact: row.contact.code().to_owned(),
            evidence: row.evidence_required,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
        }
    }
}

impl Kept for Category {
    fn load(db: &mut Db) -> Result<Vec<Self>, StoreError> {
        let found: Vec<CategoryRow> = on!(db, c => categories::table.select(CategoryRow::as_select()).load(c))?;
        let read = |row: CategoryRow| {
            Ok(Self {
                code: row.code,
                rank: row.position,
                parent: row.parent,
                name_es: row.name_es,
                name_en: row.name_en,
                kind: row.kind,
                dependency: row.dependency,
                unit: row.unit,
                contact: ContactRule::parse(&row.contact).ok_or_else(|| unknown("contact"))?,
                evidence_required: row.evidence,
                valid_from: row.valid_from,
                valid_until: row.valid_until,
            })
        };
        found.into_iter().map(read).collect()
    }

    fn keep(&self, db: &mut Db) -> Result<(), StoreError> {
        let row = CategoryRow::from(self);
        on!(db, c => diesel::insert_into(categories::table)
            .values(&row)
            .on_conflict(categories::code)
            .do_update()
            .set(&row)
            .execute(c))?;
        Ok(())
    }
}

#[derive(Insertable, AsChangeset, Queryable, Selectable)]
#[diesel(table_name = channels, primary_key(code), treat_none_as_null = true, treat_none_as_default_value = false)]
struct ChannelRow {
    code: String,
    position: i32,
    channel_type: String,
    name_es: String,
    name_en: String,
    followed_by: String,
    valid_from: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
}

impl From<&Channel> for ChannelRow {
    fn from(row: &Channel) -> Self {
        Self {
            code: row.code.clone(),
            position: row.rank,
            channel_type: row.channel_type.code().to_owned(),
            name_es: row.name_es.clone(),
            name_en: row.name_en.clone(),
            followed_by: row.followed_by.clone(),
            valid_from: row.valid_from,
            valid_until: row.valid_until,
        }
    }
}

impl Kept for Channel {
    fn load(db: &mut Db) -> Result<Vec<Self>, StoreError> {
        let found: Vec<ChannelRow> = on!(db, c => channels::table.select(ChannelRow::as_select()).load(c))?;
        let read = |row: ChannelRow| {
            Ok(Self {
                code: row.code,
                rank: row.position,
                channel_type: ChannelType::parse(&row.channel_type).ok_or_else(|| unknown("channel_type"))?,
                name_es: row.name_es,
                name_en: row.name_en,
                followed_by: row.followed_by,
                valid_from: row.valid_from,
                valid_until: row.valid_until,
            })
        };
        found.into_iter().map(read).collect()
    }

    fn keep(&self, db: &mut Db) -> Result<(), StoreError> {
        let row = ChannelRow::from(self);
        on!(db, c => diesel::insert_into(channels::table)
            .values(&row)
            .on_conflict(channels::code)
            .do_update()
            .set(&row)
            .execute(c))?;
        Ok(())
    }
}

#[derive(Insertable, AsChangeset, Queryable, Selectable)]
#[diesel(table_name = neighbourhoods, primary_key(code), treat_none_as_null = true, treat_none_as_default_value = false)]
struct NeighbourhoodRow {
    code: String,
    name: String,
    kind: Option<String>,
    postal_codes: String,
    population: Option<i32>,
    population_year: Option<i32>,
    valid_from: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
}

impl From<&Neighbourhood> for NeighbourhoodRow {
    fn from(row: &Neighbourhood) -> Self {
        Self {
            code: row.code.clone(),
            name: row.name.clone(),
            kind: row.kind.clone(),
            postal_codes: row.postal_codes.join(" "),
            population: row.population,
            population_year: row.population_year,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
        }
    }
}

impl Kept for Neighbourhood {
    fn load(db: &mut Db) -> Result<Vec<Self>, StoreError> {
        let found: Vec<NeighbourhoodRow> =
            on!(db, c => neighbourhoods::table.select(NeighbourhoodRow::as_select()).load(c))?;
        let read = |row: NeighbourhoodRow| Self {
            code: row.code,
            name: row.name,
            kind: row.kind,
            postal_codes: row.postal_codes.split(' ').filter(|code| !code.is_empty()).map(str::to_owned).collect(),
            population: row.population,
            population_year: row.population_year,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
        };
        Ok(found.into_iter().map(read).collect())
    }

    fn keep(&self, db: &mut Db) -> Result<(), StoreError> {
        let row = NeighbourhoodRow::from(self);
        on!(db, c => diesel::insert_into(neighbourhoods::table)
            .values(&row)
            .on_conflict(neighbourhoods::code)
            .do_update()
            .set(&row)
            .execute(c))?;
        Ok(())
    }
}

#[derive(Insertable, AsChangeset, Queryable, Selectable)]
#[diesel(table_name = programmes, primary_key(code), treat_none_as_null = true, treat_none_as_default_value = false)]
struct ProgrammeRow {
    code: String,
    position: i32,
    name_es: String,
    name_en: String,
    purpose_es: String,
    purpose_en: String,
    dependency: Option<String>,
    valid_from: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
}

impl From<&Programme> for ProgrammeRow {
    fn from(row: &Programme) -> Self {
        Self {
            code: row.code.clone(),
            position: row.rank,
            name_es: row.name_es.clone(),
            name_en: row.name_en.clone(),
            purpose_es: row.purpose_es.clone(),
            purpose_en: row.purpose_en.clone(),
            dependency: row.dependency.clone(),
            valid_from: row.valid_from,
            valid_until: row.valid_until,
        }
    }
}

impl Kept for Programme {
    fn load(db: &mut Db) -> Result<Vec<Self>, StoreError> {
        let found: Vec<ProgrammeRow> = on!(db, c => programmes::table.select(ProgrammeRow::as_select()).load(c))?;
        let read = |row: ProgrammeRow| Self {
            code: row.code,
            rank: row.position,
            name_es: row.name_es,
            name_en: row.name_en,
            purpose_es: row.purpose_es,
            purpose_en: row.purpose_en,
            dependency: row.dependency,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
        };
        Ok(found.into_iter().map(read).collect())
    }

    fn keep(&self, db: &mut Db) -> Result<(), StoreError> {
        let row = ProgrammeRow::from(self);
        on!(db, c => diesel::insert_into(programmes::table)
            .values(&row)
            .on_conflict(programmes::code)
            .do_update()
            .set(&row)
            .execute(c))?;
        Ok(())
    }
}

#[derive(Insertable, AsChangeset, Queryable, Selectable)]
#[diesel(table_name = authorities, primary_key(code), treat_none_as_null = true, treat_none_as_default_value = false)]
struct AuthorityRow {
    code: String,
    position: i32,
    level: String,
    name_es: String,
    name_en: String,
    abbreviation: Option<String>,
    telephone: Option<String>,
    website: Option<String>,
    valid_from: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
}

impl From<&Authority> for AuthorityRow {
    fn from(row: &Authority) -> Self {
        Self {
            code: row.code.clone(),
            position: row.rank,
            level: row.level.code().to_owned(),
            name_es: row.name_es.clone(),
            name_en: row.name_en.clone(),
            abbreviation: row.abbreviation.clone(),
            telephone: row.telephone.clone(),
            website: row.website.clone(),
            valid_from: row.valid_from,
            valid_until: row.valid_until,
        }
    }
}

impl Kept for Authority {
    fn load(db: &mut Db) -> Result<Vec<Self>, StoreError> {
        let found: Vec<AuthorityRow> = on!(db, c => authorities::table.select(AuthorityRow::as_select()).load(c))?;
        let read = |row: AuthorityRow| {
            Ok(Self {
                code: row.code,
                rank: row.position,
                level: AuthorityLevel::parse(&row.level).ok_or_else(|| unknown("level"))?,
                name_es: row.name_es,
                name_en: row.name_en,
                abbreviation: row.abbreviation,
                telephone: row.telephone,
                website: row.website,
                valid_from: row.valid_from,
                valid_until: row.valid_until,
            })
        };
        found.into_iter().map(read).collect()
    }

    fn keep(&self, db: &mut Db) -> Result<(), StoreError> {
        let row = AuthorityRow::from(self);
        on!(db, c => diesel::insert_into(authorities::table)
            .values(&row)
            .on_conflict(authorities::code)
            .do_update()
            .set(&row)
            .execute(c))?;
        Ok(())
    }
}

#[derive(Insertable, AsChangeset, Queryable, Selectable)]
#[diesel(table_name = procedures, primary_key(code), treat_none_as_null = true, treat_none_as_default_value = false)]
struct ProcedureRow {
    code: String,
    position: i32,
    authority: String,
    name_es: String,
    name_en: String,
    how_es: String,
    how_en: String,
    telephone: Option<String>,
    website: Option<String>,
    valid_from: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
}

impl From<&Procedure> for ProcedureRow {
    fn from(row: &Procedure) -> Self {
        Self {
            code: row.code.clone(),
            position: row.rank,
            authority: row.authority.clone(),
            name_es: row.name_es.clone(),
            name_en: row.name_en.clone(),
            how_es: row.how_es.clone(),
            how_en: row.how_en.clone(),
            telephone: row.telephone.clone(),
            website: row.website.clone(),
            valid_from: row.valid_from,
            valid_until: row.valid_until,
        }
    }
}

impl Kept for Procedure {
    fn load(db: &mut Db) -> Result<Vec<Self>, StoreError> {
        let found: Vec<ProcedureRow> = on!(db, c => procedures::table.select(ProcedureRow::as_select()).load(c))?;
        let read = |row: ProcedureRow| Self {
            code: row.code,
            rank: row.position,
            authority: row.authority,
            name_es: row.name_es,
            name_en: row.name_en,
            how_es: row.how_es,
            how_en: row.how_en,
            telephone: row.telephone,
            website: row.website,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
        };
        Ok(found.into_iter().map(read).collect())
    }

    fn keep(&self, db: &mut Db) -> Result<(), StoreError> {
        let row = ProcedureRow::from(self);
        on!(db, c => diesel::insert_into(procedures::table)
            .values(&row)
            .on_conflict(procedures::code)
            .do_update()
            .set(&row)
            .execute(c))?;
        Ok(())
    }
}

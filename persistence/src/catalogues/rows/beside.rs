//! Rows of what stands beside: neighbourhoods, programmes, other authorities with their procedures.

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::catalogue::{Authority, AuthorityLevel, Neighbourhood, Procedure, Programme};
use domain::code::Coded;

use super::{Kept, unknown};
use crate::catalogues::schema::{authorities, neighbourhoods, procedures, programmes};
use crate::{Db, StoreError, on};

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

//! Rows of what decides who gets a petition: dependencies and their units, categories, channels.

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::catalogue::{Category, Channel, ChannelType, ContactRule, Dependency, Unit};

use super::{Kept, unknown};
use crate::catalogues::schema::{categories, channels, dependencies, units};
use crate::{Db, StoreError, on};

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
    script_es: Option<String>,
    script_en: Option<String>,
    emergency_es: Option<String>,
    emergency_en: Option<String>,
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
            script_es: row.script_es.clone(),
            script_en: row.script_en.clone(),
            emergency_es: row.emergency_es.clone(),
            emergency_en: row.emergency_en.clone(),
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
                script_es: row.script_es,
                script_en: row.script_en,
                emergency_es: row.emergency_es,
                emergency_en: row.emergency_en,
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

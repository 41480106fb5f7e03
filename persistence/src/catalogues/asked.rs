//! Rows of what categories ask for, in words and in documents, from and to the domain's types.

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::catalogue::{FormField, Handling, Requirement};
use domain::code::Coded;
use domain::form::FieldType;

use super::rows::{Kept, unknown};
use super::schema::{fields, requirements};
use crate::{Db, StoreError, on};

#[derive(Insertable, AsChangeset, Queryable, Selectable)]
#[diesel(table_name = fields, primary_key(code), treat_none_as_null = true, treat_none_as_default_value = false)]
struct FieldRow {
    code: String,
    position: i32,
    category: String,
    name_es: String,
    name_en: String,
    help_es: Option<String>,
    help_en: Option<String>,
    field_type: String,
    required: bool,
    choices: String,
    smallest: Option<i64>,
    largest: Option<i64>,
    max_length: Option<i32>,
    shown_when_field: Option<String>,
    shown_when_is: String,
    valid_from: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
}

impl From<&FormField> for FieldRow {
    fn from(row: &FormField) -> Self {
        Self {
            code: row.code.clone(),
            position: row.rank,
            category: row.category.clone(),
            name_es: row.name_es.clone(),
            name_en: row.name_en.clone(),
            help_es: row.help_es.clone(),
            help_en: row.help_en.clone(),
            field_type: row.field_type.code().to_owned(),
            required: row.required,
            choices: row.choices_cell(),
            smallest: row.min,
            largest: row.max,
            max_length: row.max_length,
            shown_when_field: row.shown_when_field.clone(),
            shown_when_is: row.shown_when_is.join(" "),
            valid_from: row.valid_from,
            valid_until: row.valid_until,
        }
    }
}

impl Kept for FormField {
    fn load(db: &mut Db) -> Result<Vec<Self>, StoreError> {
        let found: Vec<FieldRow> = on!(db, c => fields::table.select(FieldRow::as_select()).load(c))?;
        let read = |row: FieldRow| {
            Ok(Self {
                code: row.code,
                rank: row.position,
                category: row.category,
                name_es: row.name_es,
                name_en: row.name_en,
                help_es: row.help_es,
                help_en: row.help_en,
                field_type: FieldType::parse(&row.field_type).ok_or_else(|| unknown("field_type"))?,
                required: row.required,
                choices: Self::read_choices(&row.choices).ok_or_else(|| unknown("choices"))?,
                min: row.smallest,
                max: row.largest,
                max_length: row.max_length,
                shown_when_field: row.shown_when_field,
                shown_when_is: row.shown_when_is.split_whitespace().map(str::to_owned).collect(),
                valid_from: row.valid_from,
                valid_until: row.valid_until,
            })
        };
        found.into_iter().map(read).collect()
    }

    fn keep(&self, db: &mut Db) -> Result<(), StoreError> {
        let row = FieldRow::from(self);
        on!(db, c => diesel::insert_into(fields::table)
            .values(&row)
            .on_conflict(fields::code)
            .do_update()
            .set(&row)
            .execute(c))?;
        Ok(())
    }
}

#[derive(Insertable, AsChangeset, Queryable, Selectable)]
#[diesel(table_name = requirements, primary_key(code), treat_none_as_null = true, treat_none_as_default_value = false)]
struct RequirementRow {
    code: String,
    position: i32,
    category: String,
    name_es: String,
    name_en: String,
    help_es: Option<String>,
    help_en: Option<String>,
    handling: String,
    required: bool,
    valid_from: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
}

impl From<&Requirement> for RequirementRow {
    fn from(row: &Requirement) -> Self {
        Self {
            code: row.code.clone(),
            position: row.rank,
            category: row.category.clone(),
            name_es: row.name_es.clone(),
            name_en: row.name_en.clone(),
            help_es: row.help_es.clone(),
            help_en: row.help_en.clone(),
            handling: row.handling.code().to_owned(),
            required: row.required,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
        }
    }
}

impl Kept for Requirement {
    fn load(db: &mut Db) -> Result<Vec<Self>, StoreError> {
        let found: Vec<RequirementRow> = on!(db, c => requirements::table.select(RequirementRow::as_select()).load(c))?;
        let read = |row: RequirementRow| {
            Ok(Self {
                code: row.code,
                rank: row.position,
                category: row.category,
                name_es: row.name_es,
                name_en: row.name_en,
                help_es: row.help_es,
                help_en: row.help_en,
                handling: Handling::parse(&row.handling).ok_or_else(|| unknown("handling"))?,
                required: row.required,
                valid_from: row.valid_from,
                valid_until: row.valid_until,
            })
        };
        found.into_iter().map(read).collect()
    }

    fn keep(&self, db: &mut Db) -> Result<(), StoreError> {
        let row = RequirementRow::from(self);
        on!(db, c => diesel::insert_into(requirements::table)
            .values(&row)
            .on_conflict(requirements::code)
            .do_update()
            .set(&row)
            .execute(c))?;
        Ok(())
    }
}

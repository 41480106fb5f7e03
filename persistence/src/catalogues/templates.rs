//! Rows of the response templates, from and to the domain's type.

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::catalogue::Template;
use domain::code::Coded;
use domain::template::TemplateStep;

use super::rows::{Kept, unknown};
use super::schema::templates;
use crate::{Db, StoreError, on};

#[derive(Insertable, AsChangeset, Queryable, Selectable)]
#[diesel(table_name = templates, primary_key(code), treat_none_as_null = true, treat_none_as_default_value = false)]
struct TemplateRow {
    code: String,
    position: i32,
    step: String,
    category: Option<String>,
    name_es: String,
    name_en: String,
    text_es: String,
    text_en: String,
    valid_from: Option<NaiveDate>,
    valid_until: Option<NaiveDate>,
}

impl From<&Template> for TemplateRow {
    fn from(row: &Template) -> Self {
        Self {
            code: row.code.clone(),
            position: row.rank,
            step: row.step.code().to_owned(),
            category: row.category.clone(),
            name_es: row.name_es.clone(),
            name_en: row.name_en.clone(),
            text_es: row.text_es.clone(),
            text_en: row.text_en.clone(),
            valid_from: row.valid_from,
            valid_until: row.valid_until,
        }
    }
}

impl Kept for Template {
    fn load(db: &mut Db) -> Result<Vec<Self>, StoreError> {
        let found: Vec<TemplateRow> = on!(db, c => templates::table.select(TemplateRow::as_select()).load(c))?;
        let read = |row: TemplateRow| {
            Ok(Self {
                code: row.code,
                rank: row.position,
                step: TemplateStep::parse(&row.step).ok_or_else(|| unknown("step"))?,
                category: row.category,
                name_es: row.name_es,
                name_en: row.name_en,
                text_es: row.text_es,
                text_en: row.text_en,
                valid_from: row.valid_from,
                valid_until: row.valid_until,
            })
        };
        found.into_iter().map(read).collect()
    }

    fn keep(&self, db: &mut Db) -> Result<(), StoreError> {
        let row = TemplateRow::from(self);
        on!(db, c => diesel::insert_into(templates::table)
            .values(&row)
            .on_conflict(templates::code)
            .do_update()
            .set(&row)
            .execute(c))?;
        Ok(())
    }
}

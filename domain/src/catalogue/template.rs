//! Response templates as rows of a catalogue: per step and, where they are for one, per category.
//!
//! What their words may say is [`crate::template`]'s to tell.

use serde::Deserialize;

use super::cells::{Cells, Rule, Wrongs};
use super::entries::{CatalogueName, Entry, day, refers};
use super::{Catalogue, Category, lineage};
use crate::code::Coded;
use crate::template::{Fault, Field, TemplateStep, check};

/// Words with fields, for one step.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Template {
    /// Stable code, never reused.
    pub code: String,
    /// Where its words go.
    pub step: TemplateStep,
    /// Code of the category that it is for, and for those below; `None`: for every one.
    pub category: Option<String>,
    /// Name, Spanish.
    pub name_es: String,
    /// Name, English.
    pub name_en: String,
    /// The words, Spanish.
    pub text_es: String,
    /// The words, English.
    pub text_en: String,
    /// First day of validity; `None`: always was.
    #[serde(default)]
    pub valid_from: Option<chrono::NaiveDate>,
    /// Last day of validity; `None`: still is.
    #[serde(default)]
    pub valid_until: Option<chrono::NaiveDate>,
    /// Where it stands among its like when listed, from 0.
    #[serde(default)]
    pub rank: i32,
}

impl Template {
    /// The fields that its words name in either language, each once.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let mut fields = check(&self.text_es).unwrap_or_default();
        for field in check(&self.text_en).unwrap_or_default() {
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
        fields
    }
}

impl Catalogue {
    /// The templates for a step (or all), in the order of the steps. With a category: those for it, then those for each
    /// above it, then the general ones; others' are left out.
    #[must_use]
    pub fn templates_for(&self, category: Option<&str>, step: Option<TemplateStep>) -> Vec<&Template> {
        let line: Option<Vec<&str>> = category
            .map(|category| lineage(&self.categories, category).into_iter().map(|above| above.code.as_str()).collect());
        let distance = |template: &Template| match (&line, template.category.as_deref()) {
            (None, _) => Some(0),
            (Some(line), None) => Some(line.len()),
            (Some(line), Some(own)) => line.iter().position(|above| *above == own),
        };
        let place = |step: TemplateStep| TemplateStep::ALL.iter().position(|one| *one == step);
        let mut found: Vec<(usize, &Template)> = self
            .templates
            .iter()
            .filter(|template| step.is_none_or(|step| template.step == step))
            .filter_map(|template| Some((distance(template)?, template)))
            .collect();
        found.sort_by_key(|(distance, template)| (place(template.step), *distance, template.rank));
        found.into_iter().map(|(_, template)| template).collect()
    }
}

impl Entry for Template {
    const CATALOGUE: CatalogueName = CatalogueName::Templates;
    const COLUMNS: &'static [&'static str] =
        &["code", "step", "category", "name_es", "name_en", "text_es", "text_en", "valid_from", "valid_until", "rank"];

    fn code(&self) -> &str {
        &self.code
    }

    fn rank(&self) -> i32 {
        self.rank
    }

    fn blank(code: &str, rank: i32) -> Self {
        Self {
            code: code.to_owned(),
            step: TemplateStep::Answer,
            category: None,
            name_es: String::new(),
            name_en: String::new(),
            text_es: String::new(),
            text_en: String::new(),
            valid_from: None,
            valid_until: None,
            rank,
        }
    }

    fn take(&mut self, cells: &Cells, known: bool, wrong: &mut Wrongs) {
        if !known && cells.get("step").is_none() {
            wrong.add("step", Rule::Required);
        }
        cells.coded("step", &mut self.step, wrong);
        cells.maybe("category", &mut self.category);
        cells.text("name_es", &mut self.name_es);
        cells.text("name_en", &mut self.name_en);
        cells.text("text_es", &mut self.text_es);
        cells.text("text_en", &mut self.text_en);
        cells.validity(&mut self.valid_from, &mut self.valid_until, wrong);
        cells.rank(&mut self.rank, wrong);
    }

    fn judge(&self, city: &Catalogue, wrong: &mut Wrongs) {
        wrong.name("name_es", &self.name_es);
        wrong.name("name_en", &self.name_en);
        for (column, text) in [("text_es", &self.text_es), ("text_en", &self.text_en)] {
            wrong.words(column, text);
            if let Err(fault) = check(text) {
                wrong.add(column, fault.into());
            }
        }
        wrong.validity(self.valid_from, self.valid_until);
        if let Some(category) = &self.category {
            refers::<Category>(city, "category", category, wrong);
        }
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.code.clone(),
            self.step.code().to_owned(),
            self.category.clone().unwrap_or_default(),
            self.name_es.clone(),
            self.name_en.clone(),
            self.text_es.clone(),
            self.text_en.clone(),
            day(self.valid_from),
            day(self.valid_until),
            self.rank.to_string(),
        ]
    }

    fn rows(city: &Catalogue) -> &Vec<Self> {
        &city.templates
    }

    fn rows_mut(city: &mut Catalogue) -> &mut Vec<Self> {
        &mut city.templates
    }
}

impl From<Fault> for Rule {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::FieldUnknown { name, line } => Self::TemplateFieldUnknown { name, line },
            Fault::TagUnfit(line) => Self::TemplateTagUnfit(line),
            Fault::Unbalanced(line) => Self::TemplateUnbalanced(line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{merge, torreon};

    fn cells(pairs: &[(&str, &str)]) -> Cells {
        let mut cells = Cells::default();
        pairs.iter().for_each(|(column, text)| cells.put(*column, text));
        cells
    }

    fn leak<'a>(further: &[(&'a str, &'a str)]) -> Cells {
        let whole = [
            ("code", "leak_mended"),
            ("step", "answer"),
            ("category", "water_leak"),
            ("name_es", "Fuga reparada"),
            ("name_en", "Leak mended"),
            ("text_es", "Folio {{ folio }}: la fuga quedó reparada."),
            ("text_en", "Folio {{ folio }}: the leak is mended."),
        ];
        cells(&[&whole, further].concat())
    }

    #[test]
    fn a_field_that_there_is_not_is_told_by_column_and_with_those_that_there_are() {
        let refused = |further: &[(&str, &str)]| merge::<Template>(&torreon(), &[leak(further)]).unwrap_err().remove(0);
        let wrong = refused(&[("text_en", "Dear {{ name }},")]);
        assert_eq!((wrong.column, wrong.rule.code()), ("text_en", "template_field_unknown"));
        assert_eq!(wrong.rule.facts()[..2], [("name", "name".to_owned()), ("line", "1".to_owned())]);
        assert!(wrong.rule.facts()[2].1.contains("folio, category, "));
        assert_eq!(refused(&[("text_es", "{{ folio")]).rule.code(), "template_tag_unfit");
        assert_eq!(refused(&[("text_es", "{% if folio %}")]).rule.code(), "template_unbalanced");
        assert_eq!(refused(&[("text_es", "")]).rule.code(), "required");
        assert_eq!(refused(&[("step", "sing")]).rule.code(), "not_a_code");
        assert_eq!(refused(&[("category", "nowhere")]).rule.code(), "code_unknown");
        let stepless = cells(&[("code", "x"), ("name_es", "X"), ("name_en", "X"), ("text_es", "X"), ("text_en", "X")]);
        assert_eq!(merge::<Template>(&torreon(), &[stepless]).unwrap_err()[0].column, "step");
    }

    #[test]
    fn the_nearest_category_comes_first_and_the_general_one_last() {
        let mut city = torreon();
        city.templates.clear();
        let add = |code: &str, step: TemplateStep, category: Option<&str>, rank| Template {
            step,
            category: category.map(str::to_owned),
            ..Template::blank(code, rank)
        };
        city.templates = vec![
            add("all", TemplateStep::Answer, None, 0),
            add("water", TemplateStep::Answer, Some("water"), 1),
            add("leak", TemplateStep::Answer, Some("water_leak"), 2),
            add("leak_too", TemplateStep::Answer, Some("water_leak"), 3),
            add("lamp", TemplateStep::Answer, Some("lamp_out"), 4),
            add("ask", TemplateStep::Ask, None, 5),
        ];
        let codes = |category, step| {
            city.templates_for(category, step).into_iter().map(|one| one.code.as_str()).collect::<Vec<_>>()
        };
        let answer = Some(TemplateStep::Answer);
        assert_eq!(codes(Some("water_leak"), answer), ["leak", "leak_too", "water", "all"]);
        assert_eq!(codes(Some("no_water"), answer), ["water", "all"]);
        assert_eq!(codes(Some("pothole"), answer), ["all"]);
        assert_eq!(codes(Some("pothole"), None), ["ask", "all"]);
        assert_eq!(codes(None, answer).len(), 5);
    }

    #[test]
    fn every_step_has_a_general_template_among_those_that_ship() {
        let city = torreon();
        for step in TemplateStep::ALL {
            assert!(!city.templates_for(Some("unclassified"), Some(*step)).is_empty(), "{step:?}");
        }
    }
}

//! Neighbourhoods, programmes, authorities and procedures: what the office knows beside the routing.

use super::{CatalogueName, Entry, day, fixed, number, refers};
use crate::catalogue::cells::{Cells, Rule, Wrongs};
use crate::catalogue::further::{Authority, AuthorityLevel, Neighbourhood, Procedure, Programme, folded};
use crate::catalogue::{Catalogue, Dependency};
use crate::code::Coded;

impl Entry for Neighbourhood {
    const CATALOGUE: CatalogueName = CatalogueName::Neighbourhoods;
    const COLUMNS: &'static [&'static str] =
        &["code", "name", "kind", "postal_codes", "population", "population_year", "valid_from", "valid_until"];

    fn code(&self) -> &str {
        &self.code
    }

    fn rank(&self) -> i32 {
        0
    }

    fn blank(code: &str, _: i32) -> Self {
        Self {
            code: code.to_owned(),
            name: String::new(),
            kind: None,
            postal_codes: Vec::new(),
            population: None,
            population_year: None,
            valid_from: None,
            valid_until: None,
        }
    }

    fn take(&mut self, cells: &Cells, _: bool, wrong: &mut Wrongs) {
        cells.text("name", &mut self.name);
        cells.maybe("kind", &mut self.kind);
        if let Some(codes) = cells.get("postal_codes") {
            self.postal_codes = codes.split_whitespace().map(str::to_owned).collect();
            self.postal_codes.sort();
            self.postal_codes.dedup();
        }
        cells.number("population", &mut self.population, wrong);
        cells.number("population_year", &mut self.population_year, wrong);
        cells.validity(&mut self.valid_from, &mut self.valid_until, wrong);
    }

    fn judge(&self, _: &Catalogue, wrong: &mut Wrongs) {
        wrong.name("name", &self.name);
        if !self.name.is_empty() && folded(&self.name).is_empty() {
            wrong.add("name", Rule::Required);
        }
        wrong.line("kind", self.kind.as_deref().unwrap_or_default());
        let five = |code: &String| code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_digit());
        if !self.postal_codes.iter().all(five) {
            wrong.add("postal_codes", Rule::PostalCodeMalformed);
        }
        wrong.validity(self.valid_from, self.valid_until);
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.code.clone(),
            self.name.clone(),
            self.kind.clone().unwrap_or_default(),
            self.postal_codes.join(" "),
            number(self.population),
            number(self.population_year),
            day(self.valid_from),
            day(self.valid_until),
        ]
    }

    fn rows(city: &Catalogue) -> &Vec<Self> {
        &city.neighbourhoods
    }

    fn rows_mut(city: &mut Catalogue) -> &mut Vec<Self> {
        &mut city.neighbourhoods
    }
}

impl Entry for Programme {
    const CATALOGUE: CatalogueName = CatalogueName::Programmes;
    const COLUMNS: &'static [&'static str] =
        &["code", "name_es", "name_en", "purpose_es", "purpose_en", "dependency", "valid_from", "valid_until", "rank"];

    fn code(&self) -> &str {
        &self.code
    }

    fn rank(&self) -> i32 {
        self.rank
    }

    fn blank(code: &str, rank: i32) -> Self {
        Self {
            code: code.to_owned(),
            name_es: String::new(),
            name_en: String::new(),
            purpose_es: String::new(),
            purpose_en: String::new(),
            dependency: None,
            valid_from: None,
            valid_until: None,
            rank,
        }
    }

    fn take(&mut self, cells: &Cells, _: bool, wrong: &mut Wrongs) {
        cells.text("name_es", &mut self.name_es);
        cells.text("name_en", &mut self.name_en);
        cells.text("purpose_es", &mut self.purpose_es);
        cells.text("purpose_en", &mut self.purpose_en);
        cells.maybe("dependency", &mut self.dependency);
        cells.validity(&mut self.valid_from, &mut self.valid_until, wrong);
        cells.rank(&mut self.rank, wrong);
    }

    fn judge(&self, city: &Catalogue, wrong: &mut Wrongs) {
        wrong.name("name_es", &self.name_es);
        wrong.name("name_en", &self.name_en);
        wrong.words("purpose_es", &self.purpose_es);
        wrong.words("purpose_en", &self.purpose_en);
        wrong.validity(self.valid_from, self.valid_until);
        if let Some(dependency) = &self.dependency {
            refers::<Dependency>(city, "dependency", dependency, wrong);
        }
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.code.clone(),
            self.name_es.clone(),
            self.name_en.clone(),
            self.purpose_es.clone(),
            self.purpose_en.clone(),
            self.dependency.clone().unwrap_or_default(),
            day(self.valid_from),
            day(self.valid_until),
            self.rank.to_string(),
        ]
    }

    fn rows(city: &Catalogue) -> &Vec<Self> {
        &city.programmes
    }

    fn rows_mut(city: &mut Catalogue) -> &mut Vec<Self> {
        &mut city.programmes
    }
}

impl Entry for Authority {
    const CATALOGUE: CatalogueName = CatalogueName::Authorities;
    const COLUMNS: &'static [&'static str] = &[
        "code",
        "level",
        "name_es",
        "name_en",
        "abbreviation",
        "telephone",
        "website",
        "valid_from",
        "valid_until",
        "rank",
    ];

    fn code(&self) -> &str {
        &self.code
    }

    fn rank(&self) -> i32 {
        self.rank
    }

    fn blank(code: &str, rank: i32) -> Self {
        Self {
            code: code.to_owned(),
            level: AuthorityLevel::Federal,
            name_es: String::new(),
            name_en: String::new(),
            abbreviation: None,
            telephone: None,
            website: None,
            valid_from: None,
            valid_until: None,
            rank,
        }
    }

    fn take(&mut self, cells: &Cells, known: bool, wrong: &mut Wrongs) {
        if !known && cells.get("level").is_none() {
            wrong.add("level", Rule::Required);
        }
        cells.coded("level", &mut self.level, wrong);
        cells.text("name_es", &mut self.name_es);
        cells.text("name_en", &mut self.name_en);
        cells.maybe("abbreviation", &mut self.abbreviation);
        cells.maybe("telephone", &mut self.telephone);
        cells.maybe("website", &mut self.website);
        cells.validity(&mut self.valid_from, &mut self.valid_until, wrong);
        cells.rank(&mut self.rank, wrong);
    }

    fn judge(&self, _: &Catalogue, wrong: &mut Wrongs) {
        wrong.name("name_es", &self.name_es);
        wrong.name("name_en", &self.name_en);
        wrong.line("abbreviation", self.abbreviation.as_deref().unwrap_or_default());
        wrong.reached(self.telephone.as_ref(), self.website.as_ref());
        wrong.validity(self.valid_from, self.valid_until);
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.code.clone(),
            self.level.code().to_owned(),
            self.name_es.clone(),
            self.name_en.clone(),
            self.abbreviation.clone().unwrap_or_default(),
            self.telephone.clone().unwrap_or_default(),
            self.website.clone().unwrap_or_default(),
            day(self.valid_from),
            day(self.valid_until),
            self.rank.to_string(),
        ]
    }

    fn rows(city: &Catalogue) -> &Vec<Self> {
        &city.authorities
    }

    fn rows_mut(city: &mut Catalogue) -> &mut Vec<Self> {
        &mut city.authorities
    }
}

impl Entry for Procedure {
    const CATALOGUE: CatalogueName = CatalogueName::Procedures;
    const COLUMNS: &'static [&'static str] = &[
        "code",
        "authority",
        "name_es",
        "name_en",
        "how_es",
        "how_en",
        "telephone",
        "website",
        "valid_from",
        "valid_until",
        "rank",
    ];

    fn code(&self) -> &str {
        &self.code
    }

    fn rank(&self) -> i32 {
        self.rank
    }

    fn blank(code: &str, rank: i32) -> Self {
        Self {
            authority: String::new(),
            code: code.to_owned(),
            name_es: String::new(),
            name_en: String::new(),
            how_es: String::new(),
            how_en: String::new(),
            telephone: None,
            website: None,
            valid_from: None,
            valid_until: None,
            rank,
        }
    }

    fn take(&mut self, cells: &Cells, known: bool, wrong: &mut Wrongs) {
        fixed(cells, "authority", &mut self.authority, known, wrong);
        cells.text("name_es", &mut self.name_es);
        cells.text("name_en", &mut self.name_en);
        cells.text("how_es", &mut self.how_es);
        cells.text("how_en", &mut self.how_en);
        cells.maybe("telephone", &mut self.telephone);
        cells.maybe("website", &mut self.website);
        cells.validity(&mut self.valid_from, &mut self.valid_until, wrong);
        cells.rank(&mut self.rank, wrong);
    }

    fn judge(&self, city: &Catalogue, wrong: &mut Wrongs) {
        wrong.name("name_es", &self.name_es);
        wrong.name("name_en", &self.name_en);
        wrong.words("how_es", &self.how_es);
        wrong.words("how_en", &self.how_en);
        wrong.reached(self.telephone.as_ref(), self.website.as_ref());
        wrong.validity(self.valid_from, self.valid_until);
        refers::<Authority>(city, "authority", &self.authority, wrong);
    }

    fn cells(&self) -> Vec<String> {
        vec![
            self.code.clone(),
            self.authority.clone(),
            self.name_es.clone(),
            self.name_en.clone(),
            self.how_es.clone(),
            self.how_en.clone(),
            self.telephone.clone().unwrap_or_default(),
            self.website.clone().unwrap_or_default(),
            day(self.valid_from),
            day(self.valid_until),
            self.rank.to_string(),
        ]
    }

    fn rows(city: &Catalogue) -> &Vec<Self> {
        &city.procedures
    }

    fn rows_mut(city: &mut Catalogue) -> &mut Vec<Self> {
        &mut city.procedures
    }
}

//! The rows of each catalogue as rows of a table: the columns, how they are read, what must hold of each.
//!
//! What petitions are routed by stands in `routing`, the rest in `beside`.

mod beside;
mod routing;

pub(super) use routing::leads_to;

use super::Catalogue;
use super::cells::{Cells, Rule, Wrongs};
use crate::action::Action;
use crate::code::Coded;

/// Which catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CatalogueName {
    /// Departments and bodies.
    Dependencies,
    /// Their parts.
    Units,
    /// What petitions are about.
    Categories,
    /// Ways in.
    Channels,
    /// Where people live.
    Neighbourhoods,
    /// Programmes of attention.
    Programmes,
    /// Other authorities.
    Authorities,
    /// What one does there.
    Procedures,
    /// Words for the citizen.
    Templates,
    /// What categories ask for.
    Fields,
    /// What has to be brought for them.
    Requirements,
}

impl Coded for CatalogueName {
    const NAME: &'static str = "CatalogueName";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] = &[
        Self::Dependencies,
        Self::Units,
        Self::Categories,
        Self::Channels,
        Self::Neighbourhoods,
        Self::Programmes,
        Self::Authorities,
        Self::Procedures,
        Self::Templates,
        Self::Fields,
        Self::Requirements,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::Dependencies => "dependencies",
            Self::Units => "units",
            Self::Categories => "categories",
            Self::Channels => "channels",
            Self::Neighbourhoods => "neighbourhoods",
            Self::Programmes => "programmes",
            Self::Authorities => "authorities",
            Self::Procedures => "procedures",
            Self::Templates => "templates",
            Self::Fields => "fields",
            Self::Requirements => "requirements",
        }
    }
}

impl CatalogueName {
    /// The actions of which who edits it needs one. Whoever rules the procedure (*Manual 1.3*) or writes what is given
    /// to the public (*Manual 8.2, 10.1, 14.5*) also writes templates: they offer words and send nothing.
    #[must_use]
    pub const fn editing(self) -> &'static [Action] {
        match self {
            Self::Dependencies
            | Self::Units
            | Self::Categories
            | Self::Channels
            | Self::Neighbourhoods
            | Self::Programmes
            | Self::Authorities
            | Self::Procedures
            | Self::Fields
            | Self::Requirements => &[Action::CatalogueManage],
            Self::Templates => &[Action::CatalogueManage, Action::PolicyManage, Action::ContentEdit],
        }
    }
}

/// A row of a catalogue that people edit.
pub trait Entry: Clone + PartialEq + Send + Sync + 'static {
    /// Which catalogue.
    const CATALOGUE: CatalogueName;
    /// The columns of its table, in order.
    const COLUMNS: &'static [&'static str];

    /// The stable code.
    fn code(&self) -> &str;

    /// Where it stands among its like.
    fn rank(&self) -> i32;

    /// A row with nothing but a code and a rank.
    fn blank(code: &str, rank: i32) -> Self;

    /// Takes what is given; `known`: the row was there before. Says what cannot be read.
    fn take(&mut self, cells: &Cells, known: bool, wrong: &mut Wrongs);

    /// Says what does not hold of the row in the catalogue that it stands in.
    fn judge(&self, city: &Catalogue, wrong: &mut Wrongs);

    /// Its cells, in the order of [`Entry::COLUMNS`].
    fn cells(&self) -> Vec<String>;

    /// All rows.
    fn rows(city: &Catalogue) -> &Vec<Self>;

    /// All rows, to change.
    fn rows_mut(city: &mut Catalogue) -> &mut Vec<Self>;

    /// The row of a code, valid or not.
    #[must_use]
    fn of<'a>(city: &'a Catalogue, code: &str) -> Option<&'a Self> {
        Self::rows(city).iter().find(|row| row.code() == code)
    }
}

pub(super) fn day(day: Option<chrono::NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

fn number(number: Option<i32>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

/// Says that a code names nothing, or that a code is missing.
pub(super) fn refers<E: Entry>(city: &Catalogue, column: &'static str, code: &str, wrong: &mut Wrongs) {
    if code.is_empty() {
        wrong.add(column, Rule::Required);
    } else if E::of(city, code).is_none() {
        wrong.add(column, Rule::CodeUnknown);
    }
}

/// What may never be changed once it is there: where a part belongs.
pub(super) fn fixed(cells: &Cells, column: &'static str, present: &mut String, known: bool, wrong: &mut Wrongs) {
    match cells.get(column) {
        Some(given) if known && given != present => wrong.add(column, Rule::Fixed),
        Some(_) | None => cells.text(column, present),
    }
}

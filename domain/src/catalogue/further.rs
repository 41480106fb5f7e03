//! What the catalogues hold beside the routing of petitions: neighbourhoods, programmes, other authorities.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::code::Coded;

/// A part of the city in which people live.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Neighbourhood {
    /// Stable code, never reused.
    pub code: String,
    /// Its name, as it is written here: names of places are not translated.
    pub name: String,
    /// What sort of settlement the post calls it (`Colonia`, `Ejido` …), where that is known.
    pub kind: Option<String>,
    /// Its postal codes, five digits each, in ascending order.
    #[serde(default)]
    pub postal_codes: Vec<String>,
    /// How many people lived there.
    pub population: Option<i32>,
    /// In which year they were counted.
    pub population_year: Option<i32>,
    /// First day of validity; `None`: always was.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// Last day of validity; `None`: still is.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
}

/// One of the programmes with which the city attends its citizens.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Programme {
    /// Stable code, never reused.
    pub code: String,
    /// Name, Spanish.
    pub name_es: String,
    /// Name, English.
    pub name_en: String,
    /// What it is for, Spanish.
    pub purpose_es: String,
    /// What it is for, English.
    pub purpose_en: String,
    /// Code of the dependency that leads it.
    pub dependency: Option<String>,
    /// First day of validity; `None`: always was.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// Last day of validity; `None`: still is.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
    /// Where it stands among its like when listed, from 0.
    #[serde(default)]
    pub rank: i32,
}

/// Whose an authority is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthorityLevel {
    /// The federation's.
    Federal,
    /// The state's.
    State,
    /// Several municipalities' together.
    Intermunicipal,
    /// Neither: a private body with a public task.
    Private,
}

impl Coded for AuthorityLevel {
    const NAME: &'static str = "AuthorityLevel";
    const MAY_GROW: bool = true;
    const ALL: &'static [Self] = &[Self::Federal, Self::State, Self::Intermunicipal, Self::Private];

    fn code(self) -> &'static str {
        match self {
            Self::Federal => "federal",
            Self::State => "state",
            Self::Intermunicipal => "intermunicipal",
            Self::Private => "private",
        }
    }
}

/// An authority outside the city to which citizens are sent with what is not the city's
/// (Reglamento de Participación Ciudadana, art. 67).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Authority {
    /// Stable code, never reused.
    pub code: String,
    /// Whose it is.
    pub level: AuthorityLevel,
    /// Name, Spanish.
    pub name_es: String,
    /// Name, English.
    pub name_en: String,
    /// What people call it for short.
    pub abbreviation: Option<String>,
    /// Where it answers the telephone: short numbers too.
    pub telephone: Option<String>,
    /// Its page.
    pub website: Option<String>,
    /// First day of validity; `None`: always was.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// Last day of validity; `None`: still is.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
    /// Where it stands among its like when listed, from 0.
    #[serde(default)]
    pub rank: i32,
}

/// What a citizen does at another authority.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Procedure {
    /// Code of the authority.
    pub authority: String,
    /// Stable code, never reused, unique over all authorities.
    pub code: String,
    /// Name, Spanish.
    pub name_es: String,
    /// Name, English.
    pub name_en: String,
    /// How one goes about it, Spanish.
    pub how_es: String,
    /// How one goes about it, English.
    pub how_en: String,
    /// Its own telephone, where it is not the authority's.
    pub telephone: Option<String>,
    /// Its own page, where it is not the authority's.
    pub website: Option<String>,
    /// First day of validity; `None`: always was.
    #[serde(default)]
    pub valid_from: Option<NaiveDate>,
    /// Last day of validity; `None`: still is.
    #[serde(default)]
    pub valid_until: Option<NaiveDate>,
    /// Where it stands among its like when listed, from 0.
    #[serde(default)]
    pub rank: i32,
}

/// A name as it is compared: without accents, case, punctuation and double spaces. `Torreón  Jardín` and
/// `TORREON JARDIN` are one.
#[must_use]
pub fn folded(name: &str) -> String {
    let plain: String = name.chars().flat_map(char::to_lowercase).filter_map(unaccented).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The letter without its accent; a space for what is neither letter nor digit; nothing for a combining accent.
/// The letters are those of Spanish and of the names that came to the city from elsewhere.
fn unaccented(letter: char) -> Option<char> {
    Some(match letter {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        '\u{300}'..='\u{36f}' => return None,
        letter if letter.is_alphanumeric() => letter,
        _ => ' ',
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_punctuation_do_not_matter_to_a_folded_name() {
        for written in ["Torreón Jardín", "TORREON JARDIN", " torreo\u{301}n  jardi\u{301}n. ", "Torreón-Jardín"] {
            assert_eq!(folded(written), "torreon jardin", "{written}");
        }
        assert_eq!(folded("Peñón (Norte) 2a."), "penon norte 2a");
        assert_eq!(folded(" ¡! "), "");
    }
}

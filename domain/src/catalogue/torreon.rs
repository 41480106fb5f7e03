//! The catalogue that ships for Torreón, read from the tables under `domain/data`.
//!
//! Seeds an empty database; knows nothing of what the city changed since.

use serde::de::DeserializeOwned;

use super::Catalogue;

/// What ships for Torreón, Coahuila: names from the city's regulations and manuals, codes and defaults
/// of this project.
#[must_use]
pub fn torreon() -> Catalogue {
    let mut city = Catalogue {
        dependencies: rows(include_str!("../../data/dependencies.csv")),
        units: rows(include_str!("../../data/units.csv")),
        categories: rows(include_str!("../../data/categories.csv")),
        channels: rows(include_str!("../../data/channels.csv")),
        // Neighbourhoods come from the files of those who keep them.
        neighbourhoods: Vec::new(),
        programmes: rows(include_str!("../../data/programmes.csv")),
        authorities: rows(include_str!("../../data/authorities.csv")),
        procedures: rows(include_str!("../../data/procedures.csv")),
        templates: rows(include_str!("../../data/templates.csv")),
        fields: rows(include_str!("../../data/fields.csv")),
        requirements: rows(include_str!("../../data/requirements.csv")),
    };
    ranked(city.dependencies.iter_mut().map(|row| &mut row.rank));
    ranked(city.units.iter_mut().map(|row| &mut row.rank));
    ranked(city.categories.iter_mut().map(|row| &mut row.rank));
    ranked(city.channels.iter_mut().map(|row| &mut row.rank));
    ranked(city.programmes.iter_mut().map(|row| &mut row.rank));
    ranked(city.authorities.iter_mut().map(|row| &mut row.rank));
    ranked(city.procedures.iter_mut().map(|row| &mut row.rank));
    ranked(city.templates.iter_mut().map(|row| &mut row.rank));
    ranked(city.fields.iter_mut().map(|row| &mut row.rank));
    ranked(city.requirements.iter_mut().map(|row| &mut row.rank));
    city
}

/// People are shown the rows in the order in which they stand here.
fn ranked<'a>(rows: impl Iterator<Item = &'a mut i32>) {
    for (rank, row) in (0_i32..).zip(rows) {
        *row = rank;
    }
}

// A row that does not read is left out: seeding cannot fail, and the tests count the rows.
fn rows<R: DeserializeOwned>(table: &str) -> Vec<R> {
    csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(table.as_bytes())
        .into_deserialize()
        .filter_map(Result::ok)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::catalogue::{
        AGAINST_PUBLIC_SERVANT, Authority, COMPTROLLER, Category, Channel, ChannelType, ContactRule, Dependency, Entry,
        FormField, Procedure, Programme, Requirement, Template, UNCLASSIFIED, UNKNOWN_CHANNEL, Unit, Wrong, Wrongs,
        lineage,
    };
    use crate::position::position;

    fn once<'a>(codes: impl IntoIterator<Item = &'a String>) -> HashSet<&'a str> {
        let mut seen = HashSet::new();
        for code in codes {
            assert!(seen.insert(code.as_str()), "{code} twice");
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(!code.is_empty() && code.chars().all(plain), "{code}");
        }
        seen
    }

    #[test]
    fn every_shipped_row_reads() {
        let city = torreon();
        let lines = |table: &str| table.lines().filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(city.dependencies.len(), lines(include_str!("../../data/dependencies.csv")));
        assert_eq!(city.units.len(), lines(include_str!("../../data/units.csv")));
        assert_eq!(city.categories.len(), lines(include_str!("../../data/categories.csv")));
        assert_eq!(city.channels.len(), lines(include_str!("../../data/channels.csv")));
        assert_eq!(city.programmes.len(), lines(include_str!("../../data/programmes.csv")));
        assert_eq!(city.authorities.len(), lines(include_str!("../../data/authorities.csv")));
        assert_eq!(city.procedures.len(), lines(include_str!("../../data/procedures.csv")));
        assert_eq!(city.templates.len(), lines(include_str!("../../data/templates.csv")));
        // A field's choices stand a line each.
        assert!(city.fields.len() >= 10 && city.fields.iter().any(|field| field.choices.len() > 2));
        let rows = include_str!("../../data/fields.csv").matches(",true,").count();
        assert_eq!(rows, 0, "what ships has to be filled in by nobody");
        assert_eq!(city.requirements.len(), lines(include_str!("../../data/requirements.csv")));
        assert!(city.categories.len() > 80 && city.dependencies.len() == 20);
    }

    #[test]
    fn codes_are_unique_and_plain_and_those_that_rules_name_exist() {
        let city = torreon();
        assert!(once(city.dependencies.iter().map(|row| &row.code)).contains(COMPTROLLER));
        once(city.units.iter().map(|row| &row.code));
        once(city.programmes.iter().map(|row| &row.code));
        once(city.authorities.iter().map(|row| &row.code));
        once(city.procedures.iter().map(|row| &row.code));
        once(city.templates.iter().map(|row| &row.code));
        once(city.fields.iter().map(|row| &row.code));
        once(city.requirements.iter().map(|row| &row.code));
        let categories = once(city.categories.iter().map(|row| &row.code));
        let named = [AGAINST_PUBLIC_SERVANT, UNCLASSIFIED, "other", "public_hearing", "recognition", "suggestion"];
        assert!(named.iter().all(|code| categories.contains(code)));
        assert!(once(city.channels.iter().map(|row| &row.code)).contains(UNKNOWN_CHANNEL));
    }

    #[test]
    fn everything_is_named_in_both_languages() {
        let city = torreon();
        let names = city.dependencies.iter().map(|row| (&row.code, &row.name_es, &row.name_en));
        let names = names.chain(city.units.iter().map(|row| (&row.code, &row.name_es, &row.name_en)));
        let names = names.chain(city.categories.iter().map(|row| (&row.code, &row.name_es, &row.name_en)));
        let names = names.chain(city.channels.iter().map(|row| (&row.code, &row.name_es, &row.name_en)));
        for (code, es, en) in names {
            assert!(!es.trim().is_empty() && !en.trim().is_empty(), "{code}");
        }
    }

    #[test]
    fn every_category_reaches_a_top_and_stands_after_its_parent() {
        let city = torreon();
        let mut before: HashSet<&str> = HashSet::new();
        for category in &city.categories {
            if let Some(parent) = &category.parent {
                assert!(before.contains(parent.as_str()), "{} before {parent}", category.code);
            }
            before.insert(&category.code);
            let top = lineage(&city.categories, &category.code).last().copied().unwrap();
            assert_eq!(top.parent, None, "{}", category.code);
        }
    }

    #[test]
    fn a_default_unit_is_part_of_its_default_dependency_and_every_one_of_them_exists() {
        let city = torreon();
        let known = |code: &str| city.dependencies.iter().any(|row| row.code == code);
        for unit in &city.units {
            assert!(known(&unit.dependency), "{}", unit.code);
        }
        for category in &city.categories {
            assert!(category.dependency.as_deref().is_none_or(known), "{}", category.code);
            if let Some(unit) = &category.unit {
                let found = city.units.iter().find(|row| row.code == *unit).unwrap();
                assert_eq!(Some(&found.dependency), category.dependency.as_ref(), "{}", category.code);
            }
        }
    }

    /// What ships passes the rules by which it is edited, so that nobody is refused for what was here before.
    #[test]
    fn what_ships_holds_by_the_rules_of_editing() {
        fn judged<E: Entry>(city: &Catalogue) -> Vec<Wrong> {
            let mut wrong = Wrongs::default();
            E::rows(city).iter().for_each(|row| row.judge(city, &mut wrong));
            wrong.found
        }
        let city = torreon();
        let wrong = [
            judged::<Dependency>(&city),
            judged::<Unit>(&city),
            judged::<Category>(&city),
            judged::<Channel>(&city),
            judged::<Programme>(&city),
            judged::<Authority>(&city),
            judged::<Procedure>(&city),
            judged::<Template>(&city),
            judged::<FormField>(&city),
            judged::<Requirement>(&city),
        ];
        assert_eq!(wrong.concat(), []);
        let mut ordered = city.clone();
        ordered.put_in_order();
        assert_eq!(ordered, city);
        for authority in &city.authorities {
            assert!(city.procedures.iter().any(|row| row.authority == authority.code), "{}", authority.code);
        }
    }

    #[test]
    fn every_dependency_and_unit_attends_some_category() {
        let city = torreon();
        for dependency in &city.dependencies {
            let code = Some(&dependency.code);
            assert!(city.categories.iter().any(|row| row.dependency.as_ref() == code), "{}", dependency.code);
        }
        for unit in &city.units {
            assert!(city.categories.iter().any(|row| row.unit.as_ref() == Some(&unit.code)), "{}", unit.code);
        }
    }

    #[test]
    fn what_is_against_a_public_servant_goes_to_the_comptroller_and_nothing_else_does() {
        let city = torreon();
        for category in &city.categories {
            let against =
                lineage(&city.categories, &category.code).iter().any(|above| above.code == AGAINST_PUBLIC_SERVANT);
            assert_eq!(against, category.dependency.as_deref() == Some(COMPTROLLER), "{}", category.code);
        }
    }

    #[test]
    fn every_kind_is_one_of_the_seven() {
        let kinds =
            ["service_request", "support", "information", "suggestion", "recognition", "complaint", "denunciation"];
        for category in torreon().categories {
            assert!(kinds.contains(&category.kind.as_str()), "{}: {}", category.code, category.kind);
        }
    }

    #[test]
    fn a_denunciation_shows_nobody_who_made_it() {
        for category in torreon().categories.iter().filter(|category| category.kind == "denunciation") {
            assert_eq!(category.contact, ContactRule::Never, "{}", category.code);
        }
    }

    #[test]
    fn every_type_has_a_channel_and_the_post_that_domain_rules_give_it() {
        let city = torreon();
        for kind in ChannelType::ALL {
            assert!(city.channels.iter().any(|row| row.channel_type == *kind), "{kind:?}");
        }
        for channel in &city.channels {
            let post = match channel.channel_type {
                ChannelType::Phone073 | ChannelType::Press | ChannelType::SocialMedia | ChannelType::Messaging => 15,
                ChannelType::Gathering => 12,
                ChannelType::Desk
                | ChannelType::Letter
                | ChannelType::Email
                | ChannelType::Web
                | ChannelType::Open311
                | ChannelType::Authority
                | ChannelType::MayorOffice
                | ChannelType::Unknown => 4,
            };
            assert_eq!(position(&channel.followed_by).unwrap().number, post, "{}", channel.code);
        }
    }
}

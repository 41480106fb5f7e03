//! The house is kept tidy: what a newcomer relies on without being told, and no compiler looks after.
//!
//! Reads the committed files and nothing else; runs no part of the house.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the house's own files lie.
const ROOMS: [&str; 5] = ["api", "bench", "domain", "persistence", "tests"];

/// Lines of the longest file. What is past 400 holds two ideas and is split when it is next worked on; this is the wall.
const LONGEST: usize = 480;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// Every file below with this ending: where it is from the root, and what it says.
fn files(below: &Path, ending: &str, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target") {
                files(&path, ending, found);
            }
        } else if path.extension().is_some_and(|found| found == ending) {
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            found.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

fn rust() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for room in ROOMS {
        files(&root().join(room), "rs", &mut found);
    }
    assert!(found.len() > 300, "only {} files were found", found.len());
    found
}

/// Those that break a rule, which is said with them.
fn none(broken: Vec<String>, rule: &str) {
    assert!(broken.is_empty(), "{rule}:\n{}", broken.join("\n"));
}

/// The names between backquotes.
fn quoted(text: &str) -> BTreeSet<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_file_says_first_what_it_owns() {
    let silent = rust().into_iter().filter(|(_, text)| !text.starts_with("//! "));
    none(silent.map(|(name, _)| name).collect(), "begin with `//!` and what the file owns");
}

#[test]
fn no_file_is_too_long_to_be_read_at_once() {
    let long = rust().into_iter().filter(|(_, text)| text.lines().count() > LONGEST);
    none(long.map(|(name, _)| name).collect(), "split by idea, into a folder");
}

#[test]
fn no_test_is_left_out() {
    // Written in two, because this file is looked at too.
    let mark = ["#[", "ignore"].concat();
    let left = rust().into_iter().filter(|(_, text)| text.contains(&mark));
    none(left.map(|(name, _)| name).collect(), "a test runs, or it is deleted");
}

#[test]
fn the_domain_knows_neither_wire_nor_store() {
    let manifest = text("domain/Cargo.toml");
    for foreign in ["actix", "diesel", "tokio", "utoipa", "object_store", "reqwest"] {
        assert!(!manifest.contains(foreign), "domain/Cargo.toml: {foreign} belongs to a layer above");
    }
    let mut handlers = Vec::new();
    files(&root().join("api/src"), "rs", &mut handlers);
    let reaching = handlers.into_iter().filter(|(_, text)| text.contains("use diesel"));
    none(reaching.map(|(name, _)| name).collect(), "what is stored is asked of persistence");
}

#[test]
fn both_engines_have_the_same_migrations() {
    let steps = |engine: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(root().join("migrations").join(engine)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    let (sqlite, postgres) = (steps("sqlite"), steps("postgres"));
    assert_eq!(sqlite, postgres);
    // What stands before the name is what the database keeps of a migration: two of one version are one to it.
    let versions: BTreeSet<&str> = sqlite.iter().filter_map(|step| step.split('_').next()).collect();
    assert_eq!(versions.len(), sqlite.len(), "two migrations have the same version");
    for (engine, step) in ["sqlite", "postgres"].iter().flat_map(|engine| sqlite.iter().map(move |step| (engine, step)))
    {
        for way in ["up", "down"] {
            let path = format!("migrations/{engine}/{step}/{way}.sql");
            assert!(root().join(&path).is_file(), "{path} is missing");
        }
    }
}

#[test]
fn every_library_has_its_reason_in_the_map() {
    let manifest = text("Cargo.toml");
    let listed = manifest.split("[workspace.dependencies]").nth(1).unwrap();
    let listed = listed.split("\n[").next().unwrap();
    let libraries: Vec<&str> = listed.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name).collect();
    assert!(libraries.len() > 30, "{libraries:?}");
    let map = text("ARCHITECTURE.md");
    let reasons = quoted(&map);
    let without =
        libraries.into_iter().filter(|name| !["domain", "persistence"].contains(name) && !reasons.contains(name));
    none(without.map(str::to_owned).collect(), "say in ARCHITECTURE.md, Libraries, why it is there");
}

#[test]
fn every_setting_is_in_the_readme() {
    let readme = text("README.md");
    let mut unsaid = BTreeSet::new();
    for (name, text) in rust().into_iter().filter(|(name, _)| name.contains("/src/") && !name.starts_with("bench")) {
        for (at, _) in text.match_indices("ATIENDE_") {
            let of_a_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
            let setting: String = text[at..].chars().take_while(|c| of_a_name(*c)).collect();
            if !readme.contains(&setting) {
                unsaid.insert(format!("{setting} ({name})"));
            }
        }
    }
    none(unsaid.into_iter().collect(), "say in README.md what the setting does");
}

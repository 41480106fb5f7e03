//! The committed tables of who may do what, and from where. They are written by these tests and kept
//! true by them: `UPDATE_EXPECT=1` writes them anew, and the difference is there to be read.

use std::fmt::Write;

use domain::code::Coded;
use expect_test::expect_file;

mod permissions;
mod transitions;

/// The words for a code: `in_review` is "in review".
fn words(code: &str) -> String {
    code.replace('_', " ")
}

fn names<S: Coded>(steps: &[S]) -> Vec<String> {
    steps.iter().map(|step| words(step.code())).collect()
}

/// A table whose columns stand under each other also where nobody renders it.
fn table(head: &[String], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| &row[column]).chain([&head[column]]);
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let mut all = line(head) + &line(&rule);
    for row in rows {
        all += &line(row);
    }
    all
}

fn section(page: &mut String, title: &str, words: &str, table: &str) {
    let words = if words.is_empty() { String::new() } else { format!("{words}\n\n") };
    write!(page, "\n## {title}\n\n{words}{table}").unwrap();
}

#[test]
fn the_table_of_transitions_is_true() {
    expect_file!["../../tables/transitions.md"].assert_eq(&transitions::page());
}

#[test]
fn the_table_of_permissions_is_true() {
    expect_file!["../../tables/permissions.md"].assert_eq(&permissions::page());
}

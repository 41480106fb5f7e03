//! The table: what was measured, beside what, and whether that reaches its target.

use std::fmt::Write as _;

use crate::Line;

/// What a figure must reach.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// At least so many times what stands beside it.
    AtLeast(f64),
    /// At most so much of what stands beside it, or of itself where nothing does.
    AtMost(f64),
}

/// One line.
#[derive(Clone, Debug)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// The figure.
    pub figure: f64,
    /// Its unit.
    pub unit: &'static str,
    /// What it is compared with, and that one's figure.
    pub beside: Option<(&'static str, f64)>,
    /// What it must reach.
    pub target: Option<Target>,
}

impl Row {
    /// The figure as a multiple of what stands beside it.
    fn ratio(&self) -> Option<f64> {
        self.beside.map(|(_, beside)| self.figure / beside)
    }

    fn reached(&self) -> Option<bool> {
        let value = self.ratio().unwrap_or(self.figure);
        self.target.map(|target| match target {
            Target::AtLeast(least) => value >= least,
            Target::AtMost(most) => value <= most,
        })
    }
}

/// All lines.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Row>,
}

impl Table {
    /// Adds a line, and shows it at once: the whole takes long.
    pub fn add(&mut self, row: Row) {
        eprintln!("{}", cells(&row));
        self.rows.push(row);
    }

    /// Adds a line of requests a second.
    pub fn rate(&mut self, what: String, figure: f64, beside: Option<(&'static str, f64)>, target: Option<Target>) {
        self.add(Row { what, figure, unit: "/s", beside, target });
    }

    /// The cost of many as a multiple of the cost of few, from two rates.
    pub fn growth(&mut self, what: String, few: f64, many: f64) {
        self.add(Row { what, figure: few / many, unit: "×", beside: None, target: Some(Target::AtMost(1.3)) });
    }

    /// The page that is kept.
    pub fn page(&self, line: &Line, machine: &str) -> String {
        let mut page = format!(
            "# Measurements\n\nWritten by `bench/run`; not by hand.\n\n{machine}\n\n\
             {} clients, {} rounds of {} s, medians; {} petitions are few, {} are many, {} on PostgreSQL.\n\n\
             | what | figure | beside | its figure | ratio | target | |\n|---|--:|---|--:|--:|--:|---|\n",
            line.clients,
            line.rounds,
            line.seconds,
            line.few,
            line.million,
            line.many_on_postgres()
        );
        for row in &self.rows {
            // Writing to a string does not fail.
            let _ = writeln!(page, "{}", cells(row));
        }
        page
    }
}

fn cells(row: &Row) -> String {
    let (beside, its) = row.beside.map_or_else(Default::default, |(what, its)| (what, number(its)));
    let ratio = row.ratio().map_or_else(String::new, |ratio| format!("{ratio:.2}"));
    let target = match row.target {
        Some(Target::AtLeast(least)) => format!("≥ {least}"),
        Some(Target::AtMost(most)) => format!("≤ {most}"),
        None => String::new(),
    };
    let reached = match row.reached() {
        Some(true) => "reached",
        Some(false) => "**missed**",
        None => "",
    };
    format!(
        "| {} | {} {} | {beside} | {its} | {ratio} | {target} | {reached} |",
        row.what,
        number(row.figure),
        row.unit
    )
}

fn number(value: f64) -> String {
    if value < 10.0 { format!("{value:.2}") } else { format!("{value:.0}") }
}

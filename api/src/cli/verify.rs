//! `atiende verify`: whether every history holds and every attachment is there, from the command line. Ends with
//! failure where one does not.

use clap::Args;
use domain::chain::Break;
use domain::id::Id;
use domain::petition::Petition;
use indicatif::ProgressStyle;
use persistence::ledger::Ledger;
use persistence::verify::{CounterBreak, Folios, Integrity, change_gap, desk_miscounted, verify_petitions};
use persistence::{Store, StoreError, petitions, search};

use super::verify_files::{self, How};
use super::{Outcome, tools};
use crate::config::Storage;
use crate::office::Office;
use crate::server;
use crate::text::{Language, text};

/// How many petitions are verified in one read.
const AT_ONCE: i64 = 200;

/// Check every history: chains, texts, states, folios and change numbers; whether the search finds what it should, and
/// whether every attachment is there
///
/// Reads only, and may run beside a server. Ends with 1 and names the first break where something does not hold.
#[derive(Args)]
pub struct Verify {
    /// The language of the report: en or es
    #[arg(long, default_value = "en", value_parser = tools::language)]
    language: Language,

    /// How closely attachments are looked at
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    contents: How,

    #[command(flatten)]
    storage: Storage,
}

/// What was found in all.
#[derive(Default)]
struct Findings {
    petitions: u64,
    events: u64,
    erased: u64,
    broken: u64,
    first: Option<(String, Id<Petition>, i32, Break)>,
    counters: Vec<CounterBreak>,
    files: verify_files::Found,
    search: Search,
}

/// What was found in the search's index.
#[derive(Default)]
struct Search {
    compared: usize,
    differing: Vec<String>,
    missing: i64,
    behind: bool,
}

impl Search {
    /// An index that has not followed every change yet may differ.
    fn holds(&self) -> bool {
        self.behind || (self.differing.is_empty() && self.missing == 0)
    }
}

impl Verify {
    pub(super) fn run(self) -> Outcome {
        let store = server::store(&self.storage)?;
        store.require_current_schema()?;
        let mut found = examine(&store, &tools::office(&store)?)?;
        found.files = verify_files::examine(&store, &self.storage, self.contents)?;
        store.close_blocking();
        let words = tell(&found, self.language);
        if found.hold() {
            super::say(&words);
            Ok(())
        } else {
            Err(words.into())
        }
    }
}

fn examine(store: &Store, office: &Office) -> Result<Findings, StoreError> {
    // Read before the walk: whatever is committed meanwhile has higher numbers and is passed over.
    let ledger = store.read_blocking(Ledger::read)?;
    let given: i64 = ledger.folios().values().sum();
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {eta}").unwrap_or(ProgressStyle::default_bar());
    let bar = tools::bar(u64::try_from(given).unwrap_or(0), style);
    let mut folios = Folios::of(&ledger);
    let mut found = Findings::default();
    let mut after = None;
    loop {
        let batch = store.read_blocking(|db| -> Result<_, StoreError> {
            let batch = petitions::walk(db, after, AT_ONCE)?;
            let verified = verify_petitions(db, &batch, |petition| office.rules_of(&petition.policy))?;
            Ok(batch.into_iter().zip(verified).collect::<Vec<_>>())
        })?;
        let Some((last, _)) = batch.last() else { break };
        after = Some(last.id);
        bar.inc(batch.len() as u64);
        for (petition, integrity) in batch {
            folios.see(petition.folio);
            found.take(&petition, integrity);
        }
    }
    bar.finish_and_clear();
    found.search = searchable(store)?;
    found.counters.extend(folios.first_break());
    found.counters.extend(store.read_blocking(|db| change_gap(db, ledger.change_no()))?);
    found.counters.extend(store.read_blocking(desk_miscounted)?);
    Ok(found)
}

/// Compares the search's index with the texts, block by block.
fn searchable(store: &Store) -> Result<Search, StoreError> {
    let mut search = Search::default();
    let mut block = Some(0);
    while let Some(number) = block {
        let looked = store.read_blocking(|db| search::agreement(db, number))?;
        search.compared += looked.compared;
        search.differing.extend(looked.differing);
        search.behind |= looked.behind;
        block = looked.next;
    }
    search.missing = store.read_blocking(search::missing)?;
    Ok(search)
}

impl Findings {
    fn hold(&self) -> bool {
        self.broken == 0 && self.counters.is_empty() && self.search.holds() && self.files.broken == 0
    }

    fn take(&mut self, petition: &Petition, integrity: Integrity) {
        self.petitions += 1;
        self.events += u64::try_from(integrity.events).unwrap_or(0);
        self.erased += u64::try_from(integrity.erased_texts).unwrap_or(0);
        if let Some((sequence, broken)) = integrity.first_break {
            self.broken += 1;
            self.first.get_or_insert((petition.folio.to_string(), petition.id, sequence, broken));
        }
    }
}

fn tell(found: &Findings, language: Language) -> String {
    let numbers = [
        ("petitions", found.petitions.to_string()),
        ("events", found.events.to_string()),
        ("erased", found.erased.to_string()),
        ("broken", found.broken.to_string()),
        ("counters", found.counters.len().to_string()),
        ("files", found.files.files.to_string()),
        ("broken_files", found.files.broken.to_string()),
    ];
    let holds = found.hold();
    let mut lines = vec![text(language, if holds { "verify-holds" } else { "verify-broken" }, &numbers)];
    if let Some((folio, id, sequence, broken)) = &found.first {
        let facts = [
            ("folio", folio.clone()),
            ("id", id.to_string()),
            ("sequence", sequence.to_string()),
            ("why", text(language, &format!("verify-break-{}", code(*broken)), &[])),
        ];
        lines.push(text(language, "verify-first", &facts));
    }
    if let Some((id, petition, why)) = &found.files.first {
        let facts = [("id", id.to_string()), ("petition", petition.to_string()), ("why", text(language, why, &[]))];
        lines.push(text(language, "verify-file", &facts));
    }
    lines.push(searched(&found.search, language));
    for counter in &found.counters {
        lines.push(match counter {
            CounterBreak::Change(number) => text(language, "verify-change", &[("number", number.to_string())]),
            CounterBreak::FolioMissing(series, number) => {
                text(language, "verify-folio-missing", &[("series", series.clone()), ("number", number.to_string())])
            }
            CounterBreak::FolioTwice(series, number) => {
                text(language, "verify-folio-twice", &[("series", series.clone()), ("number", number.to_string())])
            }
            CounterBreak::Desk(desk, owner) => {
                text(language, "verify-desk", &[("desk", desk.clone()), ("owner", owner.clone())])
            }
        });
    }
    lines.join("\n")
}

fn searched(search: &Search, language: Language) -> String {
    let key = match (search.behind, search.holds()) {
        (true, _) => "verify-search-behind",
        (false, true) => "verify-search-holds",
        (false, false) => "verify-search-differs",
    };
    let facts = [
        ("petitions", search.compared.to_string()),
        ("differing", search.differing.len().to_string()),
        ("missing", search.missing.to_string()),
        ("first", search.differing.first().cloned().unwrap_or_else(|| "-".to_owned())),
    ];
    text(language, key, &facts)
}

const fn code(broken: Break) -> &'static str {
    match broken {
        Break::Altered => "altered",
        Break::Unlinked => "unlinked",
        Break::Gap => "gap",
        Break::Unreadable => "unreadable",
        Break::Head => "head",
        Break::Text => "text",
        Break::State => "state",
    }
}

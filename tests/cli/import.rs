//! `atiende import`: what comes in, what does not, and that nothing comes in twice.

use std::collections::HashSet;
use std::time::Duration;

use domain::outcome::Closing;
use domain::state::State;
use domain::time::Precision;
use persistence::StoreError;

use crate::database::Engine;
use crate::tool::{Tool, ended};

const SHIPPED: &str = include_str!("../../mappings/sf311.toml");

const HEADER: &str = "source,external_id,category,subcategory,description,channel,agency,created_at,due_at,updated_at,\
                      closed_at,status_raw,status,address,neighborhood,zip,lat,lon,tz";

/// A row of San Francisco's form, with its number and what stands in some columns.
fn row(id: &str, change: &[(&str, &str)]) -> String {
    let mut fields = vec![
        "sf311",
        id,
        "Sewer Issues",
        "Flooding",
        "Water on the corner",
        "Phone",
        "PUC Sewer Ops",
        "2016-07-13T15:11:07",
        "",
        "2016-07-14T12:13:22",
        "2016-07-14T12:13:22",
        "Work is done",
        "closed",
        "Corner of 1ST and 2ND",
        "Mission",
        "",
        "37.76",
        "-122.42",
        "America/Los_Angeles",
    ];
    for (column, value) in change {
        let at = HEADER.split(',').position(|name| name == *column).unwrap();
        fields[at] = value;
    }
    fields.join(",")
}

fn file(rows: &[String]) -> String {
    format!("{HEADER}\n{}\n", rows.join("\n"))
}

const COMMAND: &[&str] = &["import", "in.csv", "--mapping", "m.toml", "--pause", "0"];

fn prepared(engine: Engine, file: impl AsRef<[u8]>) -> Tool {
    let tool = Tool::on(engine);
    tool.put("m.toml", SHIPPED);
    tool.put("in.csv", file);
    tool
}

#[test]
fn rows_become_petitions_with_a_history_at_the_files_own_times_and_only_once() {
    for engine in Engine::BOTH {
        let open = row("2", &[("status", "open"), ("closed_at", ""), ("status_raw", "")]);
        let strange = row("3", &[("closed_at", "2016-07-13T15:11:00"), ("channel", ""), ("agency", "311 Queue")]);
        let tool = prepared(engine, file(&[row("1", &[]), open, strange]));
        assert!(tool.run(COMMAND).well().contains("3 petitions written (1 with repairs)"));
        let mut petitions = tool.petitions();
        petitions.sort_by_key(|petition| petition.folio.number);
        let folios: Vec<String> = petitions.iter().map(|petition| petition.folio.to_string()).collect();
        assert!(folios[0].starts_with("H-") && folios[2].contains("-000003-"), "{folios:?}");
        let [closed, open, strange] = &petitions[..] else { panic!("{folios:?}") };
        assert_eq!(closed.round.closing, Some(Closing::Imported));
        assert_eq!(closed.received_at, "2016-07-13T22:11:07Z".parse::<domain::time::Instant>().unwrap());
        assert_eq!(closed.round.closed_at, "2016-07-14T19:13:22Z".parse::<domain::time::Instant>().ok());
        assert_eq!((closed.category.as_str(), closed.channel.as_str()), ("drain_blocked", "phone_073"));
        assert_eq!(closed.assignments[0].dependency, "simas");
        assert_eq!((open.state(), open.received_precision), (State::Routed, Precision::Instant));
        assert_eq!(strange.round.closed_at, Some(strange.received_at));
        assert!(strange.channel == "unknown" && strange.assignments.is_empty());
        assert!(tool.get("in.report.csv").contains("4,closed_at,R09,repaired,"));

        tool.put("in.csv", file(&[row("1", &[]), row("4", &[])]));
        assert!(tool.run(COMMAND).well().contains("1 petitions written (0 with repairs), 1 here already"));
        assert_eq!(tool.petitions().len(), 4);
        tool.run(&["verify"]).well();
    }
}

#[test]
fn what_is_wrong_is_refused_by_line_and_rule_and_the_rest_comes_in() {
    for engine in Engine::BOTH {
        let mut bytes = format!("{HEADER}\n{}\n", row("1", &[])).into_bytes();
        bytes.extend(b"sf311,2,Sewer Issues,Flooding,Le\xf3n,,,2016-07-13T15:11:07,,,,,open,,,,,,\n");
        let more = [
            row("1", &[("description", "la segunda")]),
            row("3", &[("created_at", "2016-02-30T10:00:00")]),
            row("4", &[]) + ",one too many",
            row("", &[]),
            row("5", &[("status", "maybe")]),
            row("6", &[]),
            "sf311,7,Sewer".to_owned(),
        ];
        bytes.extend(more.join("\n").into_bytes());
        let tool = prepared(engine, bytes);
        let said = tool.run(COMMAND).well();
        assert!(said.contains("9 rows read: 2 petitions written") && said.contains("7 refused"), "{said}");
        assert!(said.contains("windows-1252"), "{said}");
        let report = tool.get("in.report.csv");
        for line in [
            "3,description,R01,refused,",
            "4,external_id,R05,refused,",
            "5,created_at,R06,refused,",
            "6,,R03,refused,",
            "7,external_id,R04,refused,",
            "8,status,R11,refused,",
            "10,,R02,refused,",
        ] {
            assert!(report.contains(line), "{line} not in {report}");
        }
        assert!(!report.contains("segunda") && !said.contains("segunda"), "a text in the report");
        let ids: HashSet<String> =
            tool.petitions().iter().map(|petition| petition.origin.clone().unwrap().external_id).collect();
        assert_eq!(ids, HashSet::from(["1".to_owned(), "6".to_owned()]));
        tool.run(&["verify"]).well();
    }
}

#[test]
fn a_latin_1_file_comes_in_where_the_mapping_says_so() {
    let mut bytes = format!("{HEADER}\n").into_bytes();
    bytes.extend(b"sf311,2,Sewer Issues,Flooding,Le\xf3n,,,2016-07-13T15:11:07,,,,,open,,Pe\xf1asco,,,,\n");
    let tool = prepared(Engine::Lite, bytes);
    tool.put("m.toml", SHIPPED.replace("utf-8", "windows-1252"));
    assert!(tool.run(COMMAND).well().contains("1 petitions written"));
    assert_eq!(tool.neighbourhoods(), [Some("Peñasco".to_owned())]);
    assert_eq!(tool.places()[0].neighbourhood_code, None);
}

#[test]
fn a_neighbourhood_is_known_by_its_name_or_by_what_the_mapping_says() {
    for (mapped, code) in [("", "penasco"), ("\n[neighbourhoods]\n\"Peñasco\" = \"norte\"\n", "norte")] {
        let tool = prepared(Engine::Lite, file(&[row("1", &[("neighborhood", "Peñasco")])]));
        tool.put("n.csv", "code,name\npenasco,PENASCO\nnorte,Del Norte\n");
        tool.run(&["catalogue", "import", "neighbourhoods", "n.csv"]).well();
        tool.put("m.toml", format!("{SHIPPED}{mapped}"));
        tool.run(COMMAND).well();
        let place = tool.places().remove(0);
        assert_eq!(
            (place.neighbourhood.as_deref(), place.neighbourhood_code.as_deref()),
            (Some("Peñasco"), Some(code))
        );
    }
}

#[test]
fn a_mapping_or_a_file_that_does_not_fit_is_refused_before_anything_is_written() {
    let tool = prepared(Engine::Lite, file(&[row("1", &[])]));
    for (from, to, word) in [
        ("id = \"external_id\"", "id = \"number\"", "number"),
        ("\"drain_blocked\"", "\"drains\"", "drains"),
        ("America/Los_Angeles", "Mars/Olympus", "Mars/Olympus"),
        ("outside = \"drop\"", "outside = \"move\"", "move"),
    ] {
        tool.put("m.toml", SHIPPED.replace(from, to));
        let said = tool.run(COMMAND).badly();
        assert!(said.contains(word), "{said}");
    }
    tool.put("m.toml", SHIPPED);
    tool.put("in.csv", "");
    tool.run(COMMAND).badly();
    assert!(tool.run(&["import", "nowhere.csv", "--mapping", "m.toml"]).badly().contains("nowhere.csv"));
    assert!(tool.petitions().is_empty());
}

fn many(number: usize) -> String {
    file(&(0..number).map(|id| row(&id.to_string(), &[])).collect::<Vec<_>>())
}

#[test]
fn two_imports_of_one_file_at_once_bring_every_row_once_beside_another_writer() {
    for engine in Engine::BOTH {
        let tool = prepared(engine, many(300));
        let command = ["import", "in.csv", "--mapping", "m.toml", "--report", "other.csv"];
        let both = [tool.start(COMMAND), tool.start(&command)];
        let store = tool.store();
        for number in 0..20_u8 {
            let key = persistence::idempotency::Key::new("test", "POST", "/v1/x", &number.to_string(), b"{}");
            let kept = key;
            let now = "2026-05-01T00:00:00Z".parse().unwrap();
            let wrote = store.write_blocking(vec![key], move |tx| -> Result<(), StoreError> {
                tx.record(&kept, uuid::Uuid::nil(), now);
                Ok(())
            });
            wrote.unwrap();
            std::thread::sleep(Duration::from_millis(20));
        }
        store.close_blocking();
        for child in both {
            ended(child).well();
        }
        assert_eq!(tool.petitions().len(), 300);
        tool.run(&["verify"]).well();
    }
}

#[test]
fn an_import_that_is_killed_goes_on_where_it_was() {
    for engine in Engine::BOTH {
        let tool = prepared(engine, many(600));
        let mut child = tool.start(&["import", "in.csv", "--mapping", "m.toml", "--pause", "50"]);
        let mut written = 0;
        for _ in 0..600 {
            std::thread::sleep(Duration::from_millis(20));
            written = tool.petitions().len();
            if written > 0 {
                break;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(written > 0);
        tool.run(&["verify"]).well();
        tool.run(COMMAND).well();
        assert_eq!(tool.petitions().len(), 600);
        tool.run(&["verify"]).well();
    }
}

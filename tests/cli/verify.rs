//! `atiende verify`: whoever meddles with the database by hand is found, and named where.

use crate::database::Engine;
use crate::tool::Tool;

/// A small city and the folio of the petition that is meddled with.
fn city(engine: Engine) -> Tool {
    let tool = Tool::on(engine);
    tool.run(&["demo", "--petitions", "40"]).well();
    tool
}

/// The history that most is done to.
const LONGEST: &str =
    "(SELECT petition_id FROM events GROUP BY petition_id ORDER BY COUNT(*) DESC, petition_id LIMIT 1)";

#[test]
fn every_change_by_hand_is_found_and_named() {
    for engine in Engine::BOTH {
        for (sql, why) in [
            (
                "UPDATE events SET body = replace(body, 'routed', 'routes') WHERE petition_id = {} AND sequence = 2",
                "entry 2: the entry's bytes",
            ),
            ("DELETE FROM events WHERE petition_id = {} AND sequence = 3", "entry 3: the entry is missing"),
            ("DELETE FROM events WHERE petition_id = {} AND sequence > 4", "entry 5: the petition holds another"),
            ("UPDATE texts SET body = 'otra cosa' WHERE petition_id = {}", "entry 1: a text"),
            ("DELETE FROM texts WHERE petition_id = {}", "entry 1: a text"),
            ("UPDATE petitions SET state = 'received' WHERE id = {}", "what the entries add up to"),
            (
                "UPDATE petitions SET facts = replace(facts, '\"priority\":\"normal\"', '\"priority\":\"urgent\"') WHERE id = {}",
                "what the entries add up to",
            ),
            ("UPDATE assignments SET dependency = 'simas2' WHERE petition_id = {}", "what the entries add up to"),
            ("DELETE FROM petitioners WHERE petition_id = {}", "what the entries add up to"),
        ] {
            let tool = city(engine);
            tool.meddle(&sql.replace("{}", LONGEST));
            let said = tool.run(&["verify"]).badly();
            assert!(said.contains(why), "{sql}: {said}");
        }
    }
}

#[test]
fn an_erased_text_is_no_break() {
    for engine in Engine::BOTH {
        let tool = city(engine);
        tool.meddle(&format!("UPDATE texts SET body = NULL, salt = NULL WHERE petition_id = {LONGEST}"));
        // Erased by hand it is still found by its words, and that is named.
        let said = tool.run(&["verify"]).badly();
        assert!(said.contains("1 petitions differ") && said.contains("atiende reindex"), "{said}");
        tool.run(&["reindex"]).well();
        let said = tool.run(&["verify"]).well();
        assert!(!said.contains(" 0 erased texts"), "{said}");
    }
}

#[test]
fn a_petition_that_was_made_to_vanish_leaves_a_gap_that_is_named() {
    for engine in Engine::BOTH {
        let tool = city(engine);
        let gone = "SELECT id FROM petitions WHERE folio LIKE '%-000004-%'";
        tool.meddle(&format!("DELETE FROM places WHERE petition_id IN ({gone})"));
        tool.meddle(&format!("DELETE FROM petitioners WHERE petition_id IN ({gone})"));
        tool.meddle(&format!("DELETE FROM assignments WHERE petition_id IN ({gone})"));
        tool.meddle(&format!("DELETE FROM texts WHERE petition_id IN ({gone})"));
        tool.meddle(&format!("DELETE FROM events WHERE petition_id IN ({gone})"));
        tool.meddle("DELETE FROM petitions WHERE folio LIKE '%-000004-%'");
        let said = tool.run(&["verify", "--language", "es"]).badly();
        assert!(said.contains("Falta el folio número 4") && said.contains("Falta el número de cambio"), "{said}");
    }
}

#[test]
fn a_search_that_finds_too_little_or_too_much_is_named_and_made_anew() {
    for engine in Engine::BOTH {
        let tool = city(engine);
        let said = tool.run(&["verify"]).well();
        assert!(said.contains("agrees with the texts of 40 petitions"), "{said}");
        for (sql, why) in [
            (
                "DELETE FROM search_postings WHERE word = (SELECT MIN(word) FROM search_postings WHERE word > 'a')",
                "petitions differ",
            ),
            (
                "UPDATE search_postings SET word = 'zzz' WHERE word = (SELECT MAX(word) FROM search_postings)",
                "petitions differ",
            ),
            ("UPDATE search_entries SET words = 'otra' WHERE number = 7", "1 petitions differ"),
            ("UPDATE search_entries SET category = 'otra' WHERE number = 8", "1 petitions differ"),
            ("DELETE FROM search_entries WHERE number = 39", "1 are missing"),
        ] {
            tool.meddle(sql);
            let said = tool.run(&["verify"]).badly();
            assert!(said.contains(why), "{sql}: {said}");
            let said = tool.run(&["reindex"]).well();
            assert!(said.contains("40 petitions"), "{said}");
            tool.run(&["verify"]).well();
        }
    }
}

#[test]
fn a_database_without_its_tables_is_an_error_in_plain_words() {
    let tool = Tool::on(Engine::Lite);
    let said = tool.run(&["verify", "--database-url", "sqlite:other.db"]).badly();
    assert!(said.contains("atiende migrate"), "{said}");
}

//! What a dependency's own system tells: repeated, out of order, unknown, late, after the answer.

use chrono::Duration;
use serde_json::{Value, json};

use crate::house::{Answer, House, both};

/// A petition with one share of `simas` and one of road maintenance.
struct Leak {
    head: String,
    petition: Value,
}

impl Leak {
    async fn filed(house: &House) -> Self {
        let head = house.post_holder("call_center_head").await;
        let petition = Self::another(house, &head).await;
        Self { head, petition }
    }

    async fn another(house: &House, head: &str) -> Value {
        let filed = json!({
            "channel": "phone_073", "category": "water_leak", "text": "Hay una fuga.",
            "petitioners": [{"name": "María López", "telephone": "871 123 4567"}],
            "route": [{"dependency": "simas"}, {"dependency": "road_maintenance"}],
        });
        house.post("/v1/petitions", head, filed).await.is(201).body["petition"].clone()
    }

    fn share(&self, dependency: &str) -> &str {
        share(&self.petition, dependency)
    }

    async fn kinds(&self, house: &House) -> Vec<String> {
        let path = format!("/v1/petitions/{}/events", self.petition["id"].as_str().unwrap());
        let history = house.get(&path, &house.again(&self.head)).await.is(200);
        assert_eq!(history.body["chain"]["holds"], true, "{}", history.body["chain"]);
        history.body["items"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect()
    }
}

fn share<'p>(petition: &'p Value, dependency: &str) -> &'p str {
    let shares = petition["assignments"].as_array().unwrap();
    shares.iter().find(|share| share["dependency"] == dependency).unwrap()["id"].as_str().unwrap()
}

fn resolved(reference: &str, share: &str, occurred_at: &str) -> Value {
    json!({
        "reference": reference, "assignment_id": share, "status": "resolved", "occurred_at": occurred_at,
        "text": "Se reparó.", "outcome": "attended",
    })
}

fn news(reference: &str, share: &str, occurred_at: &str) -> Value {
    json!({
        "reference": reference, "assignment_id": share, "status": "in_progress", "occurred_at": occurred_at,
        "text": "Va a la mitad.",
    })
}

async fn tell(house: &House, machine: &str, key: &str, updates: Value) -> Answer {
    house.post_keyed("/v1/assignments/updates", machine, key, json!({"updates": updates})).await
}

/// The results of a request that was read: code, and the problem's code where it was refused.
fn results(answer: &Answer) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let results = answer.body["results"].as_array().unwrap_or_else(|| panic!("{}", answer.body));
    results.iter().map(|one| (text(&one["result"]), text(&one["problem"]["code"]))).collect()
}

fn are(answer: Answer, expected: &[(&str, &str)]) -> Answer {
    let answer = answer.is(200);
    let expected: Vec<_> = expected.iter().map(|(code, problem)| ((*code).to_owned(), (*problem).to_owned())).collect();
    assert_eq!(results(&answer), expected, "{}", answer.body);
    answer
}

#[tokio::test]
async fn each_message_has_its_own_result_and_a_refused_one_leaves_nothing_behind() {
    both(async |house| {
        let leak = Leak::filed(house).await;
        let simas = house.machine("simas").await;
        let (own, theirs) = (leak.share("simas"), leak.share("road_maintenance"));
        let nowhere = "0193a1c2-8000-7c3e-9a51-3f2c1b0a9d8e";
        let at = "2026-03-02T15:00:00Z";
        let mut wordless = news("wordless", own, at);
        wordless.as_object_mut().unwrap().remove("text");
        let mut unfit = news("unfit", own, at);
        unfit["outcome"] = json!("attended");
        let mut both_names = news("both", own, at);
        both_names["external_id"] = json!("OT-1");
        let mut why_not = resolved("why-not", own, at);
        why_not["outcome"] = json!("not_feasible");
        let told = json!([
            news("theirs", theirs, at),
            news("nowhere", nowhere, at),
            wordless,
            unfit,
            both_names,
            why_not,
            news("tomorrow", own, "2026-03-03T15:00:00Z"),
            news("before", own, "2026-03-01T15:00:00Z"),
            news("good", own, at),
        ]);
        let answer = are(
            tell(house, &simas, "one", told).await,
            &[
                ("refused", "assignment_unknown"),
                ("refused", "assignment_unknown"),
                ("refused", "invalid_body"),
                ("refused", "invalid_body"),
                ("refused", "invalid_body"),
                ("refused", "infeasibility_missing"),
                ("refused", "in_future"),
                ("refused", "before_receipt"),
                ("applied", ""),
            ],
        );
        let problem = |at: usize| &answer.body["results"][at]["problem"];
        assert_eq!((&problem(0)["status"], &answer.body["results"][0]["assignment"]), (&json!(404), &Value::Null));
        assert_eq!(problem(2)["errors"][0]["pointer"], "/updates/2/text");
        assert_eq!(problem(3)["errors"][0]["code"], "not_with_status");
        assert_eq!(problem(5)["errors"][0]["pointer"], "/updates/5/infeasibility");
        assert_eq!(problem(6)["errors"][0]["pointer"], "/updates/6/occurred_at");
        assert_eq!(answer.body["results"][8]["assignment"]["state"], "accepted");
        assert_eq!(leak.kinds(house).await, ["filed", "routed", "routed", "accepted", "progressed"]);
        // What was refused may be told again, in good order, under the same reference.
        are(tell(house, &simas, "two", json!([news("wordless", own, at)])).await, &[("applied", "")]);
    })
    .await;
}

#[tokio::test]
async fn a_repeated_message_is_known_for_ever_and_its_reference_means_nothing_else() {
    both(async |house| {
        let leak = Leak::filed(house).await;
        let simas = house.machine("simas").await;
        let own = leak.share("simas");
        let at = "2026-03-02T15:00:00Z";
        let first = are(
            tell(house, &simas, "a", json!([news("1", own, at), news("1", own, at)])).await,
            &[("applied", ""), ("already_applied", "")],
        );
        // The same request under its key: told as it was.
        let again = tell(house, &simas, "a", json!([news("1", own, at), news("1", own, at)])).await.is(200);
        assert_eq!(again.body["results"][0], first.body["results"][0]);
        tell(house, &simas, "a", json!([news("2", own, at)])).await.refused(422, "idempotency_key_reused");
        // Almost a year later the key is forgotten, and the message is not.
        house.clock.advance(Duration::days(364));
        api::worker::round(&house.running.state).await.unwrap();
        are(tell(house, &simas, "a", json!([news("1", own, at)])).await, &[("already_applied", "")]);
        are(tell(house, &simas, "b", json!([resolved("1", own, at)])).await, &[("refused", "reference_reused")]);
        assert_eq!(leak.kinds(house).await, ["filed", "routed", "routed", "accepted", "progressed"]);
        // Another sender's references are its own.
        let roads = house.machine("road_maintenance").await;
        let theirs = leak.share("road_maintenance");
        are(tell(house, &roads, "a", json!([news("1", theirs, at)])).await, &[("applied", "")]);
    })
    .await;
}

#[tokio::test]
async fn messages_are_taken_in_their_own_order_within_a_request_and_over_requests() {
    both(async |house| {
        let leak = Leak::filed(house).await;
        let simas = house.machine("simas").await;
        let own = leak.share("simas");
        let minute = |minute: i64| (house.clock.now() + Duration::minutes(minute)).to_rfc3339();
        house.clock.advance(Duration::hours(1));
        let (early, middle, late) = (minute(-40), minute(-30), minute(-20));
        // Sent upside down in one request: the news comes before the resolution all the same.
        let told = json!([resolved("3", own, &late), news("2", own, &middle)]);
        let answer = are(tell(house, &simas, "a", told).await, &[("applied", ""), ("applied", "")]);
        assert_eq!(answer.body["results"][1]["assignment"]["state"], "resolved");
        assert_eq!(leak.kinds(house).await[3..], ["accepted", "progressed", "resolved"]);
        // What comes in another request and is older says nothing any more, however often it comes.
        let accepted = json!({"reference": "1", "assignment_id": own, "status": "accepted", "occurred_at": early});
        are(tell(house, &simas, "b", json!([accepted])).await, &[("superseded", "")]);
        are(tell(house, &simas, "c", json!([accepted])).await, &[("superseded", "")]);

        // The sender's own count comes before its clock.
        let other = Leak::another(house, &house.again(&leak.head)).await;
        let own = share(&other, "simas");
        let now = minute(0);
        let mut first = news("n1", own, &now);
        first["sequence"] = json!(1);
        let mut second = resolved("n2", own, &now);
        second["sequence"] = json!(2);
        are(tell(house, &simas, "d", json!([second])).await, &[("applied", "")]);
        are(tell(house, &simas, "e", json!([first])).await, &[("superseded", "")]);
    })
    .await;
}

#[tokio::test]
async fn what_comes_after_the_answer_is_kept_as_a_note() {
    both(async |house| {
        let leak = Leak::filed(house).await;
        let simas = house.machine("simas").await;
        let own = leak.share("simas");
        let at = "2026-03-02T15:00:00Z";
        let etag = leak.petition["etag"].as_str().unwrap();
        let answer = json!({"outcome": "attended", "text": "Quedó.", "cancel_open": "Ya lo vimos."});
        let path = format!("/v1/petitions/{}/answer", leak.petition["id"].as_str().unwrap());
        house.post_at(&path, &leak.head, etag, answer).await.is(200);
        // Ten days away, and late with everything.
        house.clock.advance(Duration::days(10));
        let told = json!([resolved("1", own, at), {"reference": "2", "assignment_id": own, "status": "accepted", "occurred_at": at}]);
        let answer = are(tell(house, &simas, "a", told).await, &[("applied", ""), ("superseded", "")]);
        assert_eq!((&answer.body["results"][0]["noted"], &answer.body["results"][1]["noted"]), (&json!(true), &json!(false)));
        assert_eq!(answer.body["results"][0]["assignment"]["state"], "cancelled");
        assert_eq!(leak.kinds(house).await.last().unwrap(), "noted");
    })
    .await;
}

#[tokio::test]
async fn a_system_names_assignments_by_its_own_numbers() {
    both(async |house| {
        let leak = Leak::filed(house).await;
        let (simas, roads) = (house.machine("simas").await, house.machine("road_maintenance").await);
        let (own, theirs) = (leak.share("simas"), leak.share("road_maintenance"));
        let at = "2026-03-02T15:00:00Z";
        let path = |id: &str| format!("/v1/assignments/{id}/external_reference");
        let number = |number: &str| json!({"external_reference": number});
        let given = house.put_at(&path(own), &simas, "\"1\"", number(" OT-2026/0041 ")).await.is(200);
        assert_eq!((given.text("external_reference"), given.text("etag")), ("OT-2026/0041".into(), "\"2\"".into()));
        house.put_at(&path(own), &simas, "\"1\"", number("OT-9")).await.refused(412, "stale_version");
        house
            .put_at(&path(own), &simas, "\"2\"", number("Juan Pérez"))
            .await
            .invalid("/external_reference", "external_reference");
        house.put_at(&path(theirs), &simas, "\"1\"", number("OT-9")).await.refused(404, "assignment_unknown");
        // Another dependency has numbers of its own, and another petition's assignment may not have this one.
        house.put_at(&path(theirs), &roads, "\"1\"", number("OT-2026/0041")).await.is(200);
        let other = Leak::another(house, &house.again(&leak.head)).await;
        let other = share(&other, "simas");
        let taken = house.put_at(&path(other), &simas, "\"1\"", number("OT-2026/0041")).await;
        taken.refused(409, "external_reference_taken");

        let told = json!({"reference": "1", "external_id": "OT-2026/0041", "status": "accepted", "occurred_at": at});
        let answer = are(tell(house, &simas, "a", json!([told])).await, &[("applied", "")]);
        assert_eq!(answer.body["results"][0]["assignment"]["id"], own);
        let told = json!({"reference": "2", "external_id": "OT-77", "status": "accepted", "occurred_at": at});
        are(tell(house, &simas, "b", json!([told])).await, &[("refused", "assignment_unknown")]);
        // Taken away, it is nobody's, and free for another.
        house.put_at(&path(own), &simas, "\"3\"", json!({"external_reference": null})).await.is(200);
        house.put_at(&path(other), &simas, "\"1\"", number("OT-2026/0041")).await.is(200);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_changes_nothing_and_the_message_is_named() {
    both(async |house| {
        let leak = Leak::filed(house).await;
        let simas = house.machine("simas").await;
        let own = leak.share("simas");
        let at = "2026-03-02T15:00:00Z";
        let bad = async |change: fn(&mut Value), pointer: &str, code: &str| {
            let mut second = news("2", own, at);
            change(&mut second);
            tell(house, &simas, pointer, json!([news("1", own, at), second])).await.invalid(pointer, code);
        };
        bad(|one| one["status"] = json!("done"), "/updates/1/status", "not_a_code").await;
        bad(|one| one["reference"] = json!("Juan Pérez"), "/updates/1/reference", "external_reference").await;
        bad(|one| one["sequence"] = json!(-1), "/updates/1/sequence", "out_of_range").await;
        bad(|one| one["state"] = json!("x"), "/updates/1/state", "unknown").await;
        tell(house, &simas, "none", json!([])).await.invalid("/updates", "too_few");
        let many: Vec<Value> = (0..501).map(|number| news(&number.to_string(), own, at)).collect();
        tell(house, &simas, "many", json!(many)).await.invalid("/updates", "too_many");
        assert_eq!(leak.kinds(house).await, ["filed", "routed", "routed"]);
        house
            .post("/v1/assignments/updates", &leak.head, json!({"updates": [news("1", own, at)]}))
            .await
            .refused(403, "not_allowed");
    })
    .await;
}

#[tokio::test]
async fn five_hundred_messages_cost_no_statement_each_to_read() {
    both(async |house| {
        house.running.indexer.abort();
        house.running.importer.abort();
        let head = house.post_holder("call_center_head").await;
        let simas = house.machine("simas").await;
        let mut shares = Vec::new();
        for _ in 0..12 {
            let petition = Leak::another(house, &head).await;
            shares.push(share(&petition, "simas").to_owned());
        }
        let at = "2026-03-02T15:00:00Z";
        let store = &house.running.state.store;
        let cost = async |key: &str, count: usize| {
            let told: Vec<Value> =
                (0..count).map(|number| news(&format!("{key}.{number}"), &shares[number % shares.len()], at)).collect();
            let before = store.statements();
            let answer = tell(house, &simas, key, json!(told)).await.is(200);
            assert!(results(&answer).iter().all(|(result, _)| result == "applied"), "{}", answer.body);
            store.statements() - before
        };
        // Accepting writes each petition and its share; what is only news writes the petition.
        let few = cost("few", 12).await;
        let many = cost("many", 500).await;
        assert!(many < few + 40, "{few} statements for 12 messages, {many} for 500");
    })
    .await;
}

#[tokio::test]
async fn a_message_without_a_count_leaves_the_others_in_theirs() {
    both(async |house| {
        let leak = Leak::filed(house).await;
        let (simas, share) = (house.machine("simas").await, leak.share("simas"));
        house.clock.advance(Duration::hours(5));
        // The first two say by their counts that the work began before it was done, though one clock was wrong.
        let counted = |mut message: Value, sequence: i64| {
            message["sequence"] = json!(sequence);
            message
        };
        let mut odd = news("A3", share, "2026-03-02T15:30:00Z");
        odd["outcome"] = json!("attended");
        let told = tell(
            house,
            &simas,
            "k",
            json!([
                counted(resolved("A2", share, "2026-03-02T16:00:00Z"), 2),
                odd,
                counted(news("A1", share, "2026-03-02T17:00:00Z"), 1),
            ]),
        )
        .await
        .is(200);
        let got = results(&told);
        let expected = [("applied", ""), ("refused", "invalid_body"), ("applied", "")];
        assert_eq!(got, expected.map(|(result, code)| (result.to_owned(), code.to_owned())));
        let kinds = leak.kinds(house).await;
        assert_eq!(kinds[kinds.len() - 2..], ["progressed", "resolved"], "{kinds:?}");
    })
    .await;
}

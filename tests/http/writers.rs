//! Thirty-two clients at once: folios without gap or double, and every chain holds.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::json;

use crate::house::both;

const CLIENTS: usize = 32;
const EACH: usize = 4;

#[tokio::test]
async fn thirty_two_clients_leave_no_gap_and_no_broken_chain() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let simas = house.liaison("simas", None).await;
        let client = async |number: usize| {
            let mut made = Vec::new();
            for turn in 0..EACH {
                let wanted = json!({
                    "channel": "phone_073", "category": "water_leak", "text": format!("Fuga {number}.{turn}"),
                    "petitioners": [{"name": "María López", "telephone": "871 123 4567"}],
                    "route": [{"dependency": "simas"}],
                });
                let filed = house.post("/v1/petitions", &head, wanted).await.is(201).body["petition"].clone();
                // A neighbour in the same group who is refused must not take a number away.
                let wrong = json!({"channel": "phone_073", "category": "dragons", "text": "No."});
                house.post("/v1/petitions", &head, wrong).await.is(422);
                let share = &filed["assignments"][0];
                let path = format!("/v1/assignments/{}/resolution", share["id"].as_str().unwrap());
                let done = json!({"report": "Quedó.", "outcome": "attended"});
                house.post_at(&path, &simas, share["etag"].as_str().unwrap(), done).await.is(200);
                made.push((filed["folio"].as_str().unwrap().to_owned(), filed["id"].as_str().unwrap().to_owned()));
            }
            made
        };
        let made: Vec<(String, String)> = join_all((0..CLIENTS).map(client)).await.into_iter().flatten().collect();
        let numbers: BTreeSet<usize> =
            made.iter().map(|(folio, _)| folio.split('-').nth(2).unwrap().parse().unwrap()).collect();
        assert_eq!(numbers, (1..=CLIENTS * EACH).collect::<BTreeSet<_>>());
        for (folio, id) in &made {
            let history = house.get(&format!("/v1/petitions/{id}/events"), &head).await.is(200);
            assert_eq!(history.body["chain"]["holds"], true, "{folio}: {}", history.body["chain"]);
            let kinds: Vec<&str> =
                history.body["items"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
            assert_eq!(kinds, ["filed", "routed", "accepted", "resolved"], "{folio}");
        }
    })
    .await;
}

#[tokio::test]
async fn of_many_who_saw_the_same_version_one_changes_it() {
    both(async |house| {
        let head = house.post_holder("call_center_head").await;
        let wanted = json!({
            "channel": "phone_073", "category": "water_leak", "text": "Fuga.",
            "petitioners": [{"name": "María López", "telephone": "871 123 4567"}],
        });
        let filed = house.post("/v1/petitions", &head, wanted).await.is(201).body["petition"].clone();
        let path = format!("/v1/petitions/{}/priority", filed["id"].as_str().unwrap());
        let step = |_| {
            let body = json!({"priority": "high", "reason": "Sí."});
            house.post_at(&path, &head, filed["etag"].as_str().unwrap(), body)
        };
        let mut statuses: Vec<u16> =
            join_all((0..CLIENTS).map(step)).await.iter().map(|answer| answer.status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!((statuses[0], statuses[1]), (200, 412));
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1);
    })
    .await;
}

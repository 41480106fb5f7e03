//! Signing in, staying signed in, accounts, appointments and the citizens' sessions, over HTTP on both engines.

use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{ADMIN, House, PASSWORD, both};

const ANOTHER: &str = "una noria que ya no gira";

/// Opens an account and takes its one-use password to one that is chosen; its id and a token.
async fn person(house: &House, admin: &str, email: &str) -> (String, String) {
    let opened = house.post("/v1/staff", admin, json!({"email": email, "name": "Eva Ruiz"})).await.is(201);
    let token = house.token(email, opened.body["initial_password"].as_str().unwrap()).await;
    let change = json!({"current": opened.body["initial_password"], "new": ANOTHER});
    house.send(house.ask(Method::PUT, "/v1/me/password", &token).json(&change)).await.is(204);
    (opened.body["staff"]["id"].as_str().unwrap().to_owned(), token)
}

#[tokio::test]
async fn a_session_is_opened_rotated_and_ended() {
    both(async |house| {
        house.get("/v1/me", "").await.refused(401, "token_missing");
        house.sign_in(ADMIN, "not the password at all").await.refused(401, "credentials_refused");
        house.sign_in("nobody@torreon.gob.mx", PASSWORD).await.refused(401, "credentials_refused");
        let opened = house.sign_in(" Admin@Torreon.gob.mx ", PASSWORD).await.is(201);
        assert_eq!(opened.headers["cache-control"], "no-store");
        assert_eq!((&opened.body["token_type"], &opened.body["expires_in"]), (&json!("Bearer"), &json!(900)));
        assert_eq!(opened.body["must_change_password"], false);
        let token = opened.text("access_token");
        let me = house.get("/v1/me", &token).await.is(200);
        assert_eq!((&me.body["email"], &me.body["appointments"][0]["role"]), (&json!(ADMIN), &json!("administrator")));
        assert!(me.body["actions"].as_array().unwrap().iter().any(|one| one["action"] == "account.manage"));

        house.clock.advance(Duration::minutes(15));
        let stale = house.get("/v1/me", &token).await.refused(401, "token_expired");
        assert!(stale.headers["www-authenticate"].to_str().unwrap().contains("invalid_token"));
        let first = json!({"refresh_token": opened.text("refresh_token")});
        let next = house.post("/v1/sessions/refresh", "", first.clone()).await.is(200);
        let token = next.text("access_token");
        house.get("/v1/me", &token).await.is(200);

        house.post("/v1/sessions/refresh", "", first).await.refused(401, "session_ended");
        house.get("/v1/me", &token).await.refused(401, "session_ended");
        house
            .post("/v1/sessions/refresh", "", json!({"refresh_token": next.text("refresh_token")}))
            .await
            .refused(401, "session_ended");
        house.post("/v1/sessions/refresh", "", json!({"refresh_token": "AAAA"})).await.refused(401, "token_invalid");

        let token = house.token(ADMIN, PASSWORD).await;
        house.send(house.ask(Method::DELETE, "/v1/sessions/current", &token)).await.is(204);
        house.get("/v1/me", &token).await.refused(401, "session_ended");
    })
    .await;
}

#[tokio::test]
async fn a_one_use_password_opens_nothing_but_its_own_change() {
    both(async |house| {
        let admin = house.token(ADMIN, PASSWORD).await;
        let opened =
            house.post("/v1/staff", &admin, json!({"email": "eva@torreon.gob.mx", "name": " Eva Ruiz "})).await.is(201);
        assert_eq!(
            (&opened.body["staff"]["name"], &opened.body["staff"]["etag"]),
            (&json!("Eva Ruiz"), &json!("\"1\""))
        );
        assert_eq!(opened.headers["location"], format!("/v1/staff/{}", opened.body["staff"]["id"].as_str().unwrap()));
        let initial = opened.text("initial_password");
        let signed_in = house.sign_in("eva@torreon.gob.mx", &initial).await.is(201);
        assert_eq!(signed_in.body["must_change_password"], true);
        let token = signed_in.text("access_token");
        house.get("/v1/me", &token).await.refused(403, "password_change_required");

        let change = |current: &str, new: &str| {
            house.send(house.ask(Method::PUT, "/v1/me/password", &token).json(&json!({"current": current, "new": new})))
        };
        let wrong = change("not the password", ANOTHER).await.refused(422, "password_unfit");
        wrong.invalid("/current", "password_wrong");
        change(&initial, "short").await.invalid("/new", "password_too_short");
        change(&initial, "eva@torreon.gob.mx").await.invalid("/new", "password_is_email");
        change(&initial, "contraseña123").await.invalid("/new", "password_common");
        change(&initial, &initial).await.invalid("/new", "password_unchanged");
        let elsewhere = house.token("eva@torreon.gob.mx", &initial).await;
        change(&initial, ANOTHER).await.is(204);
        house.get("/v1/me", &token).await.is(200);
        house.get("/v1/me", &elsewhere).await.refused(401, "session_ended");
        house.sign_in("eva@torreon.gob.mx", &initial).await.refused(401, "credentials_refused");
    })
    .await;
}

#[tokio::test]
async fn accounts_are_opened_once_listed_changed_and_suspended() {
    both(async |house| {
        let admin = house.token(ADMIN, PASSWORD).await;
        // Lists are in the order of ids, which are made of milliseconds.
        house.clock.advance(Duration::seconds(1));
        let wanted = json!({"email": "Eva@torreon.gob.mx", "name": "Eva Ruiz"});
        let keyed = || house.ask(Method::POST, "/v1/staff", &admin).header("Idempotency-Key", "one").json(&wanted);
        let first = house.send(keyed()).await.is(201);
        let again = house.send(keyed()).await.is(201);
        assert_eq!(first.body["staff"], again.body["staff"]);
        assert!(first.body["initial_password"].is_string() && again.body["initial_password"].is_null());
        house.post("/v1/staff", &admin, wanted).await.refused(409, "email_taken");
        house
            .post("/v1/staff", &admin, json!({"email": "eva at home", "name": "Eva"}))
            .await
            .invalid("/email", "email_malformed");
        house.post("/v1/staff", &admin, json!({"email": "a@b.mx", "name": "  "})).await.invalid("/name", "required");
        house
            .post("/v1/staff", &admin, json!({"email": "a@b.mx", "name": "A", "role": "king"}))
            .await
            .invalid("/role", "unknown");

        let page = house.get("/v1/staff?limit=1", &admin).await.is(200);
        assert_eq!(page.body["items"][0]["email"], ADMIN);
        let link = page.headers["link"].to_str().unwrap().to_owned();
        let next = link.trim_start_matches('<').split('>').next().unwrap();
        let rest = house.get(next, &admin).await.is(200);
        assert_eq!((rest.body["items"].as_array().unwrap().len(), &rest.body["next"]), (1, &Value::Null));
        assert_eq!(rest.body["items"][0]["email"], "eva@torreon.gob.mx");
        house.get("/v1/staff?colour=red", &admin).await.refused(400, "unknown_parameter");

        let path = format!("/v1/staff/{}", first.body["staff"]["id"].as_str().unwrap());
        let initial = first.text("initial_password");
        let evas = house.token("eva@torreon.gob.mx", &initial).await;
        let patch = |version: Option<&str>, body: Value| {
            let request = house.ask(Method::PATCH, &path, &admin).json(&body);
            house.send(match version {
                Some(version) => request.header("If-Match", version),
                None => request,
            })
        };
        patch(None, json!({"active": false})).await.refused(428, "if_match_missing");
        patch(Some("\"9\""), json!({"active": false})).await.refused(412, "stale_version");
        let suspended = patch(Some("\"1\""), json!({"active": false, "name": "Eva R."})).await.is(200);
        assert_eq!((&suspended.body["active"], &suspended.body["etag"]), (&json!(false), &json!("\"2\"")));
        house.get("/v1/me", &evas).await.refused(401, "session_ended");
        house.sign_in("eva@torreon.gob.mx", &initial).await.refused(401, "credentials_refused");
        assert_eq!(house.get(&path, &admin).await.is(200).headers["etag"], "\"2\"");
        house.get("/v1/staff/0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e", &admin).await.refused(404, "not_found");

        let own = house.get("/v1/me", &admin).await.text("id");
        let last = house.ask(Method::PATCH, &format!("/v1/staff/{own}"), &admin).header("If-Match", "\"1\"");
        house.send(last.json(&json!({"active": false}))).await.refused(409, "last_administrator");
    })
    .await;
}

#[tokio::test]
async fn an_appointment_gives_a_posts_actions_from_a_day_until_it_is_ended() {
    both(async |house| {
        let admin = house.token(ADMIN, PASSWORD).await;
        let (eva, token) = person(house, &admin, "eva@torreon.gob.mx").await;
        house.get("/v1/staff", &token).await.refused(403, "not_allowed");
        let appoint = |body: Value| house.post("/v1/appointments", &admin, body);
        let tomorrow = json!({"staff_id": eva, "position": "call_center_head", "from": "2026-03-03"});
        let made = appoint(tomorrow).await.is(201);
        assert_eq!((&made.body["name"], &made.body["role"]), (&json!("Eva Ruiz"), &json!("position")));
        assert!(house.get("/v1/me", &token).await.is(200).body["actions"].as_array().unwrap().is_empty());

        house.clock.advance(Duration::days(1));
        let token = house.token("eva@torreon.gob.mx", ANOTHER).await;
        let admin = house.token(ADMIN, PASSWORD).await;
        let me = house.send(house.ask(Method::GET, "/v1/me", &token).header("Accept-Language", "en")).await.is(200);
        let route = me.body["actions"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["action"] == "petition.route")
            .unwrap()
            .clone();
        assert_eq!(route["given_by"][0]["position"], "call_center_head");
        assert!(route["given_by"][0]["function"].as_str().unwrap().starts_with("15."), "{route}");

        let appoint = |body: Value| house.post("/v1/appointments", &admin, body);
        appoint(json!({"staff_id": eva, "position": "king"})).await.invalid("/position", "position_unknown");
        appoint(json!({"staff_id": eva})).await.invalid("/position", "position_missing");
        appoint(json!({"staff_id": eva, "role": "king"})).await.invalid("/role", "not_a_code");
        appoint(json!({"staff_id": eva, "role": "liaison"})).await.invalid("/role", "liaison_elsewhere");
        appoint(json!({"staff_id": eva, "position": "messenger", "from": "2026-03-04", "until": "2026-03-04"}))
            .await
            .invalid("/until", "until_before_from");
        appoint(json!({"staff_id": "0193a1c2-7d10-7c3e-9a51-3f2c1b0a9d8e", "role": "auditor"}))
            .await
            .invalid("/staff_id", "staff_unknown");
        let own = house.get("/v1/me", &admin).await.text("id");
        appoint(json!({"staff_id": own, "role": "auditor"})).await.refused(409, "self_appointment");

        let found = house.get("/v1/appointments?position=call_center_head&on=2026-03-03", &admin).await.is(200);
        assert_eq!(found.body["items"][0]["id"], made.body["id"]);
        let path = format!("/v1/appointments/{}", made.text("id"));
        let end = || house.ask(Method::DELETE, &path, &admin);
        house.send(end()).await.refused(428, "if_match_missing");
        let ended = house.send(end().header("If-Match", "\"1\"")).await.is(200);
        assert_eq!(ended.body["until"], "2026-03-03");
        house.send(end().header("If-Match", "\"2\"")).await.refused(409, "appointment_ended");
        assert!(house.get("/v1/me", &token).await.is(200).body["actions"].as_array().unwrap().is_empty());

        let mine = house.get("/v1/appointments?role=administrator", &admin).await.is(200);
        let path = format!("/v1/appointments/{}", mine.body["items"][0]["id"].as_str().unwrap());
        let last = house.ask(Method::DELETE, &path, &admin).header("If-Match", "\"1\"");
        house.send(last).await.refused(409, "last_administrator");
    })
    .await;
}

#[tokio::test]
async fn a_liaison_is_appointed_with_or_without_an_account() {
    both(async |house| {
        let admin = house.token(ADMIN, PASSWORD).await;
        let appoint = |body: Value| house.post("/v1/liaisons", &admin, body);
        let person = json!({"email": "pepe@simas.gob.mx", "name": "José Ramírez"});
        let made = appoint(json!({"account": person, "dependency": "simas"})).await.is(201);
        assert_eq!(made.body["liaison"]["dependency"], "simas");
        let token = house.token("pepe@simas.gob.mx", &made.text("initial_password")).await;
        house.get("/v1/me", &token).await.refused(403, "password_change_required");
        let who = made.body["liaison"]["staff_id"].clone();
        let second = appoint(json!({"staff_id": who, "dependency": "public_works"})).await.is(201);
        assert_eq!(second.body["initial_password"], Value::Null);

        appoint(json!({"account": person, "dependency": "simas"})).await.refused(409, "email_taken");
        appoint(json!({"staff_id": who, "dependency": "nowhere"})).await.invalid("/dependency", "dependency_unknown");
        appoint(json!({"staff_id": who, "dependency": "simas", "unit": "nowhere"}))
            .await
            .invalid("/unit", "unit_unknown");
        appoint(json!({"dependency": "simas"})).await.invalid("", "staff_or_account");
        appoint(json!({"staff_id": who, "account": person, "dependency": "simas"}))
            .await
            .invalid("", "staff_or_account");

        let found = house.get("/v1/liaisons?dependency=simas", &admin).await.is(200);
        assert_eq!(
            (found.body["items"].as_array().unwrap().len(), &found.body["items"][0]["name"]),
            (1, &json!("José Ramírez"))
        );
    })
    .await;
}

#[tokio::test]
async fn a_forged_token_and_a_citizens_open_nothing() {
    both(async |house| {
        let admin = house.token(ADMIN, PASSWORD).await;
        house.get("/v1/me", "nonsense").await.refused(401, "token_invalid");
        let parts: Vec<&str> = admin.split('.').collect();
        house.get("/v1/me", &format!("{}.{}.{}", parts[0], parts[1], "AAAA")).await.refused(401, "token_invalid");
        let basic = house.ask(Method::GET, "/v1/me", "").header("Authorization", "Basic YTpi");
        house.send(basic).await.refused(401, "token_missing");
        let keys = house.get("/.well-known/jwks.json", "").await.is(200);
        assert_eq!((&keys.body["keys"][0]["kty"], &keys.body["keys"][0]["crv"]), (&json!("OKP"), &json!("Ed25519")));
        let citizen =
            api::auth::token::Claims::citizen(uuid::Uuid::nil(), 1, None, uuid::Uuid::nil(), house.clock.now());
        let citizen = house.running.state.auth.tokens.sign(&citizen).unwrap();
        house.get("/v1/me", &citizen).await.refused(401, "token_invalid");
    })
    .await;
}

#[tokio::test]
async fn guessing_is_throttled_and_a_wrong_folio_is_a_wrong_pin() {
    both(async |house| {
        for _ in 0..10 {
            house.sign_in("eva@torreon.gob.mx", "guess after guess").await.refused(401, "credentials_refused");
        }
        let refused = house.sign_in("eva@torreon.gob.mx", "guess after guess").await.refused(429, "too_many_attempts");
        assert!(refused.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap() <= 31);
        house.token(ADMIN, PASSWORD).await;

        let ask = |folio: &str| house.post("/v1/public/sessions", "", json!({"folio": folio, "pin": "4KPR7WXM"}));
        for _ in 0..5 {
            ask("AC-2026-000001").await.refused(401, "pin_refused");
        }
        ask(" ac-2026-000001").await.refused(429, "too_many_attempts");
        ask("not a folio").await.refused(401, "pin_refused");
    })
    .await;
}

//! What a dependency's own system tells of its shares, up to 500 messages at once, each for itself.
//!
//! The order, and what a message is worth, are the domain's; here messages are matched with assignments and with what
//! came before, all of a request in one unit of work. A refused message leaves nothing behind.

mod desk;
mod wire;

use actix_web::{HttpResponse, post, web};
use domain::action::Action;
use domain::refusal::Code;

use self::desk::{Desk, Told};
use self::wire::{UpdateResult, UpdateResults, UpdatesWanted};
use crate::auth::{Caller, new_id};
use crate::http::idempotency::replayed;
use crate::http::{Body, IdempotencyKey};
use crate::problem::Problem;
use crate::state::AppState;
use crate::text::Language;

/// Tell what became of assignments
///
/// For a dependency's own system: what it did, whenever it gets to say so, up to 500 messages and 1 MiB. Messages about
/// one assignment are taken in their own order, by `sequence`, else by `occurred_at`; a missing step is implied
/// (`resolved` implies acceptance). Each has its own result, and one that is refused does not hold up the others:
/// `applied`; `already_applied` (repeated under the same `reference`, however much later, or already so);
/// `superseded` (something later was told before); `refused`, with the problem: an assignment that is unknown or
/// another dependency's is 404 for that message alone. What comes after the answer is kept as a note. Needs no `If-Match`. Terms
/// are judged by when we learn of it. Repeated under the same `Idempotency-Key`, what was done is told as it was, and
/// what was refused is tried again.
#[utoipa::path(
    operation_id = "send_updates",
    tag = "assignments",
    request_body = UpdatesWanted,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes the request safe to repeat.")),
    responses((status = 200, description = "What became of each.", body = UpdateResults)),
    security(("token" = [])),
)]
#[post("/v1/assignments/updates")]
pub async fn send_updates(
    key: IdempotencyKey,
    body: Body<UpdatesWanted>,
    caller: Caller,
    language: Language,
    state: web::Data<AppState>,
) -> Result<HttpResponse, Problem> {
    let now = state.clock.now();
    let keys = key.scope(caller.id(), body.digest());
    let (own_keys, seed, fresh) = (keys.clone(), rand::random(), new_id(now));
    let shared = state.clone();
    let results = state
        .store
        .write(keys, move |tx| -> Result<Vec<UpdateResult>, Problem> {
            let actor = caller.actor(tx.beside(), now)?;
            if !actor.can(Action::AssignmentAnswer) {
                return Err(Code::NotAllowed.into());
            }
            let before = replayed(tx, &own_keys)?;
            let wanted = &body.value()?.updates;
            let told = Told { sender: caller.id(), batch: before.unwrap_or(fresh), again: before.is_some(), now, seed };
            let office = shared.offices.in_unit(tx)?;
            let mut desk = Desk::open(tx.db()?, &actor, &office, told, wanted)?;
            let found = desk.take(wanted, shared.calendar.date_of(now));
            desk.save(tx)?;
            if let (None, Some(key)) = (before, own_keys.first()) {
                tx.record(key, fresh, now);
            }
            Ok(desk.show(wanted, found, language))
        })
        .await?;
    Ok(HttpResponse::Ok().json(UpdateResults { results }))
}

//! A petition's history as a caller sees it, with the words that its events refer to.

use chrono::{DateTime, Utc};
use domain::chain::Break;
use domain::event::{Event, Happened};
use domain::id::Id;
use domain::petition::Petition;
use domain::position;
use domain::text::TextRef;
use domain::told::Told;
use domain::visibility::Visibility;
use persistence::history::{self, EventRow, TextRow};
use persistence::verify::Integrity;
use persistence::{Db, StoreError};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

use super::material::Viewer;
use crate::http::{Code, codes};
use crate::text::text;

/// Whether the chain of a history holds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChainView {
    /// Whether every entry is as it was written and none is missing.
    #[schema(example = true)]
    pub holds: bool,
    /// How many entries there are; for whoever is not of the office, how many of them it is shown.
    #[schema(example = 7)]
    pub events: i32,
    /// Texts that were erased, of those entries; the chain holds without them.
    #[schema(example = 0)]
    pub erased_texts: i32,
    /// The first entry that is not as it was written.
    #[schema(example = json!(null))]
    pub first_break: Option<BreakView>,
}

/// Where a chain first breaks.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BreakView {
    /// The entry.
    #[schema(example = 3)]
    pub sequence: i32,
    /// What is wrong with it: `altered`, `unlinked`, `gap`, `unreadable`, `head`, `text`, `state`. May grow.
    #[schema(example = "altered")]
    pub code: String,
}

/// Who did something.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ByView {
    /// The account; null for citizens and the house.
    #[schema(example = "0193a1c2-0000-7c3e-9a51-3f2c1b0a9d8e")]
    pub account_id: Option<Uuid>,
    /// The machine client, where one acted.
    #[schema(example = json!(null))]
    pub client_id: Option<Uuid>,
    /// Code of the post, `liaison:<dependency>`, `client:<dependency>`, `citizen` or `system`.
    #[schema(example = "call_center_head")]
    pub capacity: String,
    /// The capacity in words.
    #[schema(example = "Jefatura del centro de llamadas")]
    pub capacity_name: String,
    /// For which dependency the office recorded it, and who spoke.
    pub on_behalf_of: Option<SpokenView>,
}

/// Who of a dependency said what the office recorded.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SpokenView {
    /// Code of the dependency.
    #[schema(example = "simas")]
    pub dependency: String,
    /// The name; null once it was erased.
    #[schema(example = "Ing. Raúl Medina")]
    pub who: Option<String>,
    /// By what.
    pub medium: codes::Medium,
    /// A number or note by which it can be found again.
    #[schema(example = "Llamada de las 10:40")]
    pub reference: Option<String>,
}

/// One entry of a petition's history.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventView {
    /// Its place in the history, from 1. Entries that the caller may not see leave gaps.
    #[schema(example = 1)]
    pub sequence: i32,
    /// What happened. May grow: treat a code that you do not know as "other".
    #[schema(example = "filed")]
    pub kind: String,
    /// What happened, in words.
    #[schema(example = "Se registró la petición")]
    pub label: String,
    /// When it happened.
    #[schema(example = "2026-11-23T15:04:05.123456Z")]
    pub occurred_at: DateTime<Utc>,
    /// How exactly that is known.
    pub precision: codes::Precision,
    /// When the server took it in.
    #[schema(example = "2026-11-23T15:04:05.123456Z")]
    pub recorded_at: DateTime<Utc>,
    /// Why it was dated back, where it was.
    #[schema(example = json!(null))]
    pub dating_reason: Option<String>,
    /// Whether the office attests the earlier instant, so that terms are judged by it.
    #[schema(example = false)]
    pub attested: bool,
    /// Who did it.
    pub by: ByView,
    /// The facts, by the kind of entry: codes, identifiers, numbers and instants; texts as
    /// `{id, sha256, text}`, where `text` is null once it was erased, or where the words are not for the caller. Members
    /// that the caller may not see are absent.
    #[schema(value_type = Object, example = json!({"assignment": "0193a1c2-8000-7c3e-9a51-3f2c1b0a9d8e"}))]
    pub payload: Value,
    /// SHA-256 of the entry as it is stored, lower-case hexadecimal.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub hash: String,
}

/// A petition's history.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HistoryView {
    /// Whether it is as it was written.
    pub chain: ChainView,
    /// What happened, oldest first.
    pub items: Vec<EventView>,
}

impl HistoryView {
    /// The history of a petition as this viewer sees it.
    ///
    /// # Errors
    /// The database's.
    pub fn of(db: &mut Db, petition: &Petition, viewer: Viewer<'_>) -> Result<Self, StoreError> {
        let integrity = persistence::verify::verify_petition(db, petition, viewer.rules(petition))?;
        let rows = history::events_of(db, petition.id.uuid(), 0, i64::from(i32::MAX))?;
        let texts = history::texts_of(db, petition.id.uuid())?;
        let items: Vec<EventView> =
            rows.iter().filter_map(|row| EventView::of(row, petition, &texts, viewer)).collect();
        let mut chain = ChainView::of(&integrity);
        // How much there is that they are not shown is nobody else's business.
        if !viewer.actor.visibility().is_all() {
            chain.events = i32::try_from(items.len()).unwrap_or(i32::MAX);
            let erased = items.iter().map(|item| erased(&item.payload, &texts)).sum::<usize>();
            chain.erased_texts = i32::try_from(erased).unwrap_or(i32::MAX);
        }
        Ok(Self { chain, items })
    }
}

impl ChainView {
    fn of(integrity: &Integrity) -> Self {
        Self {
            holds: integrity.holds,
            events: integrity.events,
            erased_texts: integrity.erased_texts,
            first_break: integrity
                .first_break
                .as_ref()
                .map(|(sequence, broken)| BreakView { sequence: *sequence, code: code(*broken).to_owned() }),
        }
    }
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

impl EventView {
    /// An entry, if this viewer may see it. One that cannot be read is left out: the chain says so.
    fn of(row: &EventRow, petition: &Petition, texts: &HashMap<Uuid, TextRow>, viewer: Viewer<'_>) -> Option<Self> {
        let event: Event = serde_json::from_str(&row.body).ok()?;
        let body: Value = serde_json::from_str(&row.body).ok()?;
        let payload = body.get("payload").cloned().unwrap_or(Value::Null);
        let (payload, whole) = match viewer.actor.visibility().told(&event.happened, petition) {
            Told::Whole => (payload, true),
            Told::That(members) => (only(payload, members), false),
            Told::Changed | Told::Nothing => return None,
        };
        let said = |text: &TextRef| texts.get(&text.id.uuid()).and_then(|row| row.body.clone());
        let kind = body.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut payload = worded(payload, texts);
        let unread = unread(&event.happened, petition, &viewer.actor.visibility());
        if let Some(words) = unread.and_then(|member| payload.get_mut(member)).and_then(|text| text.get_mut("text")) {
            *words = Value::Null;
        }
        Some(Self {
            sequence: event.sequence,
            label: text(viewer.language, &format!("event-{}", kind.replace('_', "-")), &[]),
            kind,
            occurred_at: event.occurred_at,
            precision: Code(event.precision),
            recorded_at: event.recorded_at,
            dating_reason: event.dating_reason.as_ref().filter(|_| whole).and_then(said),
            attested: event.attested,
            by: ByView {
                account_id: event.by.account.map(Id::uuid),
                client_id: event.by.client.map(Id::uuid),
                capacity_name: capacity(&event.by.capacity, viewer),
                capacity: event.by.capacity,
                on_behalf_of: event.by.on_behalf_of.map(|behalf| SpokenView {
                    who: said(&behalf.speaker),
                    medium: Code(behalf.medium),
                    reference: behalf.reference.as_ref().and_then(said),
                    dependency: behalf.dependency,
                }),
            },
            payload,
            hash: domain::text::hex(&row.hash),
        })
    }
}

/// A payload with these members alone.
fn only(payload: Value, members: &[&str]) -> Value {
    match payload {
        Value::Object(all) => {
            Value::Object(all.into_iter().filter(|(name, _)| members.contains(&name.as_str())).collect())
        }
        other => other,
    }
}

/// The words for who acted.
fn capacity(code: &str, viewer: Viewer<'_>) -> String {
    if let Some(position) = position::position(code) {
        return viewer.named(position.name_es, position.name_en);
    }
    if let Some(dependency) = code.strip_prefix("client:") {
        return text(viewer.language, "capacity-client", &[("dependency", viewer.dependency(dependency))]);
    }
    match code.strip_prefix("liaison:") {
        Some(dependency) => viewer.dependency(dependency),
        None => text(viewer.language, &format!("capacity-{}", code.replace('_', "-")), &[]),
    }
}

/// How many of the texts that a payload refers to were erased.
fn erased(payload: &Value, texts: &HashMap<Uuid, TextRow>) -> usize {
    match payload {
        Value::Object(members) => match reference(members) {
            Some(id) => usize::from(texts.get(&id).is_none_or(|row| row.body.is_none())),
            None => members.values().map(|value| erased(value, texts)).sum(),
        },
        Value::Array(values) => values.iter().map(|value| erased(value, texts)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

/// The text that an object refers to, if that is what it does.
fn reference(members: &Map<String, Value>) -> Option<Uuid> {
    let id = members.get("id").and_then(Value::as_str).filter(|_| members.contains_key("sha256"))?;
    Uuid::parse_str(id).ok()
}

/// Puts the words beside each reference to a text.
fn worded(value: Value, texts: &HashMap<Uuid, TextRow>) -> Value {
    match value {
        Value::Object(mut members) => {
            if let Some(id) = reference(&members) {
                let words = texts.get(&id).and_then(|row| row.body.clone());
                members.insert("text".to_owned(), words.map_or(Value::Null, Value::String));
                return Value::Object(members);
            }
            Value::Object(members.into_iter().map(|(name, value)| (name, worded(value, texts))).collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(|value| worded(value, texts)).collect()),
        plain => plain,
    }
}

/// The member of an entry whose words are not for this reader, although the entry is.
fn unread(happened: &Happened, petition: &Petition, visibility: &Visibility) -> Option<&'static str> {
    let read = |kind| visibility.reads_of_file(kind);
    if let Happened::Attached(attached) = happened {
        return (!read(attached.attachment_kind)).then_some("name");
    }
    if let Happened::AttachmentErased { attachment, reason: _ } = happened {
        return petition.attachment(*attachment).filter(|one| !read(one.kind)).map(|_| "reason");
    }
    None
}

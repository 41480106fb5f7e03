//! The rows of an import, read back and written again by prepared statements alone: the floor under an import.
//!
//! Knows the tables by itself, so that nothing of the house stands between the rows and the database.

use std::collections::HashMap;
use std::time::Instant;

use diesel::prelude::*;
use persistence::sql::{self, Uid};
use persistence::{Db, Settings, Store, on};
use uuid::Uuid;

use crate::Failure;

diesel::table! {
    use diesel::sql_types::{Binary, Bool, Integer, Nullable, Text};
    use persistence::sql::{Instant, Uid};

    petitions (id) {
        id -> Uid,
        folio -> Text,
        version -> Integer,
        sequence -> Integer,
        head -> Binary,
        state -> Text,
        outcome -> Nullable<Text>,
        closing -> Nullable<Text>,
        round -> Integer,
        kind -> Text,
        category -> Text,
        channel -> Text,
        priority -> Text,
        against_public_servant -> Bool,
        followed_by -> Text,
        received_at -> Instant,
        registered_at -> Instant,
        updated_at -> Instant,
        due_at -> Instant,
        reply_due_at -> Nullable<Instant>,
        source -> Nullable<Text>,
        external_id -> Nullable<Text>,
        facts -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Double, Nullable, Text};
    use persistence::sql::Uid;

    places (petition_id) {
        petition_id -> Uid,
        latitude -> Nullable<Double>,
        longitude -> Nullable<Double>,
        postal_code -> Nullable<Text>,
        neighbourhood -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use persistence::sql::{Instant, Uid};

    assignments (id) {
        id -> Uid,
        petition_id -> Uid,
        round -> Integer,
        version -> Integer,
        dependency -> Text,
        unit -> Nullable<Text>,
        state -> Text,
        routed_at -> Instant,
        due_at -> Instant,
        facts -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Integer, Text};
    use persistence::sql::Uid;

    events (change_no) {
        change_no -> BigInt,
        petition_id -> Uid,
        sequence -> Integer,
        body -> Text,
        hash -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use persistence::sql::Uid;

    texts (id) {
        id -> Uid,
        petition_id -> Uid,
        salt -> Nullable<Binary>,
        body -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{Integer, Nullable, Text};
    use persistence::sql::{Instant, Uid};

    intakes (id) {
        id -> Uid,
        channel -> Text,
        received_at -> Instant,
        received_precision -> Text,
        registered_at -> Instant,
        registered_by -> Nullable<Uid>,
        petitions -> Integer,
    }
}

diesel::table! {
    use diesel::sql_types::{Nullable, Text};
    use persistence::sql::{Instant, Uid};

    petition_desks (petition_id, desk) {
        petition_id -> Uid,
        desk -> Text,
        followed_by -> Text,
        follower -> Nullable<Uid>,
        due_at -> Instant,
    }
}

/// A petition's row.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = petitions, treat_none_as_default_value = false)]
pub struct PetitionRow {
    id: Uid,
    folio: String,
    version: i32,
    sequence: i32,
    head: Vec<u8>,
    state: String,
    outcome: Option<String>,
    closing: Option<String>,
    round: i32,
    kind: String,
    category: String,
    channel: String,
    priority: String,
    against_public_servant: bool,
    followed_by: String,
    received_at: sql::Instant,
    registered_at: sql::Instant,
    updated_at: sql::Instant,
    due_at: sql::Instant,
    reply_due_at: Option<sql::Instant>,
    source: Option<String>,
    external_id: Option<String>,
    /// What only the steps need.
    pub facts: String,
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = places, treat_none_as_default_value = false)]
struct PlaceRow {
    petition_id: Uid,
    latitude: Option<f64>,
    longitude: Option<f64>,
    postal_code: Option<String>,
    neighbourhood: Option<String>,
}

/// An assignment's row.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = assignments, treat_none_as_default_value = false)]
pub struct AssignmentRow {
    id: Uid,
    petition_id: Uid,
    round: i32,
    version: i32,
    dependency: String,
    unit: Option<String>,
    state: String,
    routed_at: sql::Instant,
    due_at: sql::Instant,
    /// What only the steps need.
    pub facts: String,
}

/// An event's row.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
pub struct EventRow {
    change_no: i64,
    petition_id: Uid,
    sequence: i32,
    /// The bytes that are hashed.
    pub body: String,
    hash: Vec<u8>,
}

/// A text's row.
#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = texts, treat_none_as_default_value = false)]
pub struct TextRow {
    id: Uid,
    petition_id: Uid,
    salt: Option<Vec<u8>>,
    /// The words.
    pub body: Option<String>,
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = intakes, treat_none_as_default_value = false)]
struct IntakeRow {
    id: Uid,
    channel: String,
    received_at: sql::Instant,
    received_precision: String,
    registered_at: sql::Instant,
    registered_by: Option<Uid>,
    petitions: i32,
}

#[derive(Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = petition_desks, treat_none_as_default_value = false)]
struct DeskRow {
    petition_id: Uid,
    desk: String,
    followed_by: String,
    follower: Option<Uid>,
    due_at: sql::Instant,
}

/// All rows of one petition without petitioners. The counts of desks are left out: a group writes each once.
#[derive(Clone)]
pub struct Whole {
    /// Its own.
    pub petition: PetitionRow,
    place: Option<PlaceRow>,
    intake: Option<IntakeRow>,
    desks: Vec<DeskRow>,
    /// Its shares.
    pub shares: Vec<AssignmentRow>,
    /// Its history.
    pub events: Vec<EventRow>,
    /// Its words.
    pub texts: Vec<TextRow>,
}

/// Reads every petition of a small database.
///
/// # Errors
/// The database's.
pub fn all(db: &mut Db) -> Result<Vec<Whole>, Failure> {
    let rows: Vec<PetitionRow> =
        on!(db, c => petitions::table.order(petitions::id).select(PetitionRow::as_select()).load(c))?;
    let mut wholes: Vec<Whole> = rows
        .into_iter()
        .map(|petition| Whole {
            petition,
            place: None,
            intake: None,
            desks: Vec::new(),
            shares: Vec::new(),
            events: Vec::new(),
            texts: Vec::new(),
        })
        .collect();
    let at: HashMap<Uuid, usize> = wholes.iter().enumerate().map(|(at, one)| (one.petition.id.0, at)).collect();
    let mut of = |id: Uid, put: &mut dyn FnMut(&mut Whole)| {
        if let Some(whole) = at.get(&id.0).and_then(|at| wholes.get_mut(*at)) {
            put(whole);
        }
    };
    for row in on!(db, c => places::table.select(PlaceRow::as_select()).load(c))? {
        of(row.petition_id, &mut |whole| whole.place = Some(row.clone()));
    }
    // Who came alone: the intake has the petition's identifier.
    for row in on!(db, c => intakes::table.select(IntakeRow::as_select()).load(c))? {
        of(row.id, &mut |whole| whole.intake = Some(row.clone()));
    }
    for row in on!(db, c => petition_desks::table.select(DeskRow::as_select()).load(c))? {
        of(row.petition_id, &mut |whole| whole.desks.push(row.clone()));
    }
    for row in on!(db, c => assignments::table.select(AssignmentRow::as_select()).load(c))? {
        of(row.petition_id, &mut |whole| whole.shares.push(row.clone()));
    }
    for row in on!(db, c => events::table.order(events::change_no).select(EventRow::as_select()).load(c))? {
        of(row.petition_id, &mut |whole| whole.events.push(row.clone()));
    }
    for row in on!(db, c => texts::table.select(TextRow::as_select()).load(c))? {
        of(row.petition_id, &mut |whole| whole.texts.push(row.clone()));
    }
    Ok(wholes)
}

/// The rows of the petition that came last.
///
/// # Errors
/// The database's; also when there is none.
pub fn last(db: &mut Db) -> Result<Whole, Failure> {
    let petition: PetitionRow = on!(db, c => petitions::table
        .order((petitions::received_at.desc(), petitions::id.desc()))
        .select(PetitionRow::as_select())
        .first(c))?;
    let id = petition.id;
    Ok(Whole {
        place: None,
        intake: None,
        desks: Vec::new(),
        shares: on!(db, c => assignments::table
            .filter(assignments::petition_id.eq(id)).select(AssignmentRow::as_select()).load(c))?,
        events: on!(db, c => events::table
            .filter(events::petition_id.eq(id)).select(EventRow::as_select()).load(c))?,
        texts: on!(db, c => texts::table
            .filter(texts::petition_id.eq(id)).select(TextRow::as_select()).load(c))?,
        petition,
    })
}

/// How many rows of a dependency's work list one call may look at, and the last of them.
///
/// # Errors
/// The database's.
pub fn work_bound(db: &mut Db, dependency: &str) -> Result<Option<(sql::Instant, Uid)>, Failure> {
    let bound = on!(db, c => assignments::table
        .filter(assignments::dependency.eq(dependency))
        .order((assignments::due_at, assignments::id))
        .offset(persistence::petitions::CLOSED_LISTS - 1)
        .select((assignments::due_at, assignments::id))
        .first(c)
        .optional())?;
    Ok(bound)
}

/// How many petitions one transaction writes: as many as the groups of an import.
const AT_ONCE: usize = 300;

/// Writes them into a new database, a row a statement, and returns petitions a second.
///
/// # Errors
/// The database's.
pub fn write(url: &str, wholes: &[Whole]) -> Result<f64, Failure> {
    let store = Store::open(Settings::new(url))?;
    store.migrate()?;
    store.close_blocking();
    let mut db = Db::connect(url)?;
    let begin = match &db {
        Db::Pg(_) => "BEGIN",
        Db::Lite(_) => "BEGIN IMMEDIATE",
    };
    let began = Instant::now();
    for some in wholes.chunks(AT_ONCE) {
        db.batch(begin)?;
        for whole in some {
            insert(&mut db, whole)?;
        }
        db.batch("COMMIT")?;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of petitions are small")]
    Ok(wholes.len() as f64 / began.elapsed().as_secs_f64())
}

fn insert(db: &mut Db, whole: &Whole) -> QueryResult<()> {
    on!(db, c => diesel::insert_into(petitions::table).values(&whole.petition).execute(c))?;
    if let Some(place) = &whole.place {
        on!(db, c => diesel::insert_into(places::table).values(place).execute(c))?;
    }
    if let Some(intake) = &whole.intake {
        on!(db, c => diesel::insert_into(intakes::table).values(intake).execute(c))?;
    }
    for row in &whole.desks {
        on!(db, c => diesel::insert_into(petition_desks::table).values(row).execute(c))?;
    }
    for row in &whole.shares {
        on!(db, c => diesel::insert_into(assignments::table).values(row).execute(c))?;
    }
    for row in &whole.texts {
        on!(db, c => diesel::insert_into(texts::table).values(row).execute(c))?;
    }
    for row in &whole.events {
        on!(db, c => diesel::insert_into(events::table).values(row).execute(c))?;
    }
    Ok(())
}

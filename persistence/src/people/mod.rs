//! People: which petitioners are the same person, and who is found by what they are known by.
//!
//! Owns the table of persons and the look-ups over petitioners. Whoever asks is bound to a visibility by the caller, who
//! loads the petitions; nothing of a person is in an event.

mod schema;

use std::collections::BTreeMap;

use diesel::prelude::*;
use domain::id::Id;
use domain::person::{Person, Sought};
use domain::petition::{Petition, Petitioner};
use domain::time;
use uuid::Uuid;

use self::schema::people;
use crate::petitions::petitioner_rows as rows;
use crate::sql::{Instant, Uid};
use crate::store::Tx;
use crate::{Db, StoreError, on};

/// A person as it is stored: who it is, its petitioners say.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = people)]
pub struct PersonRow {
    /// Made by the application.
    pub id: Uuid,
    /// Raised by every link made or undone.
    pub version: i32,
    /// Who linked the first.
    pub created_by: Uuid,
    /// When.
    pub created_at: time::Instant,
}

/// By what a petitioner was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// The CURP.
    Curp,
    /// The telephone.
    Telephone,
    /// The e-mail.
    Email,
    /// Linked to one who was found otherwise.
    Person,
    /// The beginning of the name.
    Name,
}

/// A petitioner who was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// In which petition.
    pub petition: Id<Petition>,
    /// Who.
    pub petitioner: Id<Petitioner>,
    /// By what, each once.
    pub by: Vec<By>,
}

/// Petitioners that one way of looking gives at most: the newest, or of a name the first in order.
pub const MOST: i64 = 100;

type Found = (Uuid, Uuid, Option<Uuid>);

/// Who is known by any of this, and whoever staff linked to them; and whether there may be more.
///
/// # Errors
/// The database's.
pub fn seek(db: &mut Db, sought: &Sought) -> Result<(Vec<Hit>, bool), StoreError> {
    let mut hits = Hits::default();
    if let Some(telephone) = &sought.telephone {
        let found: Vec<Found> = on!(db, c => rows::table
            .filter(rows::telephone.eq(telephone))
            .order(rows::petition_id.desc())
            .limit(MOST)
            .select((rows::petition_id, rows::id, rows::person_id))
            .load(c))?;
        hits.add(found, By::Telephone);
    }
    if let Some(email) = &sought.email {
        let found: Vec<Found> = on!(db, c => rows::table
            .filter(rows::email_key.eq(email))
            .order(rows::petition_id.desc())
            .limit(MOST)
            .select((rows::petition_id, rows::id, rows::person_id))
            .load(c))?;
        hits.add(found, By::Email);
    }
    if let Some(curp) = &sought.curp {
        let found: Vec<Found> = on!(db, c => rows::table
            .filter(rows::curp.eq(curp))
            .order(rows::petition_id.desc())
            .limit(MOST)
            .select((rows::petition_id, rows::id, rows::person_id))
            .load(c))?;
        hits.add(found, By::Curp);
    }
    if let Some(name) = &sought.name {
        // Whatever begins so stands between it and it followed by the last character there is.
        let end = format!("{name}{}", char::MAX);
        let found: Vec<Found> = on!(db, c => rows::table
            .filter(rows::name_key.ge(name))
            .filter(rows::name_key.lt(&end))
            .order((rows::name_key, rows::petition_id))
            .limit(MOST)
            .select((rows::petition_id, rows::id, rows::person_id))
            .load(c))?;
        hits.add(found, By::Name);
    }
    let persons: Vec<Uid> = hits.persons.iter().copied().map(Uid).collect();
    if !persons.is_empty() {
        let found = of_persons(db, &persons)?;
        hits.add(found, By::Person);
    }
    let more = hits.more;
    Ok((hits.into_hits(), more))
}

/// The petitioners of a person, newest petition first, at most [`MOST`]; and whether there may be more.
///
/// # Errors
/// The database's.
pub fn petitioners(db: &mut Db, person: Id<Person>) -> Result<(Vec<Hit>, bool), StoreError> {
    let mut hits = Hits::default();
    let found = of_persons(db, &[Uid::from(person)])?;
    hits.add(found, By::Person);
    let more = hits.more;
    Ok((hits.into_hits(), more))
}

fn of_persons(db: &mut Db, persons: &[Uid]) -> Result<Vec<Found>, StoreError> {
    Ok(on!(db, c => rows::table
        .filter(rows::person_id.eq_any(persons.iter().copied()))
        .order(rows::petition_id.desc())
        .limit(MOST)
        .select((rows::petition_id, rows::id, rows::person_id))
        .load(c))?)
}

#[derive(Default)]
struct Hits {
    found: BTreeMap<(Uuid, Uuid), Vec<By>>,
    persons: Vec<Uuid>,
    more: bool,
}

impl Hits {
    fn add(&mut self, found: Vec<Found>, by: By) {
        self.more |= i64::try_from(found.len()).is_ok_and(|found| found >= MOST);
        for (petition, petitioner, person) in found {
            self.found.entry((petition, petitioner)).or_default().push(by);
            self.persons.extend(person.filter(|person| !self.persons.contains(person)));
        }
    }

    /// Newest petition first.
    fn into_hits(self) -> Vec<Hit> {
        let hit = |((petition, petitioner), mut by): ((Uuid, Uuid), Vec<By>)| {
            by.sort_unstable();
            Hit { petition: Id::new(petition), petitioner: Id::new(petitioner), by }
        };
        self.found.into_iter().rev().map(hit).collect()
    }
}

/// A person.
///
/// # Errors
/// The database's.
pub fn person(db: &mut Db, id: Id<Person>) -> Result<Option<PersonRow>, StoreError> {
    Ok(on!(db, c => people::table.find(Uid::from(id)).select(PersonRow::as_select()).first(c).optional())?)
}

/// Makes a person.
///
/// # Errors
/// The database's.
pub fn make(tx: &mut Tx, id: Id<Person>, by: Uuid, now: time::Instant) -> Result<(), StoreError> {
    let row = (
        people::id.eq(Uid::from(id)),
        people::version.eq(1),
        people::created_by.eq(Uid(by)),
        people::created_at.eq(Instant::from(now)),
    );
    on!(tx.writing()?, c => diesel::insert_into(people::table).values(row).execute(c))?;
    Ok(())
}

/// Raises a person's version: a link was made or undone.
///
/// # Errors
/// The database's.
pub fn touch(tx: &mut Tx, id: Id<Person>) -> Result<(), StoreError> {
    on!(tx.writing()?, c => diesel::update(people::table.find(Uid::from(id)))
        .set(people::version.eq(people::version + 1))
        .execute(c))?;
    Ok(())
}

/// Writes beside a petitioner which person it is, so that it is found by it.
///
/// # Errors
/// The database's.
pub fn mark(tx: &mut Tx, petitioner: Id<Petitioner>, person: Option<Id<Person>>) -> Result<(), StoreError> {
    on!(tx.writing()?, c => diesel::update(rows::table.find(Uid::from(petitioner)))
        .set(rows::person_id.eq(person.map(Uid::from)))
        .execute(c))?;
    Ok(())
}

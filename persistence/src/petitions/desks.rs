//! On whose desks petitions and their shares lie, by which marks they are found, and how many lie on each desk.
//!
//! Rows and counts are written with the petition itself, in the same transaction, so that a count is exact and costs
//! one look-up however much lies there. Where something lies is the domain's to say; here it is only kept.

use std::collections::{BTreeMap, HashMap};

use diesel::dsl::count_star;
use diesel::prelude::*;
use domain::assignment::Assignment;
use domain::code::Coded;
use domain::desk::{Desk, ShareDesk};
use domain::petition::Petition;
use uuid::Uuid;

use super::row::{assignment_due_at, never, petition_due_at};
use super::schema::{
    assignment_desk_counts as share_counts, assignment_desks, petition_desk_counts as counts, petition_desks,
    petition_tags,
};
use crate::db::insert_all;
use crate::sql::{Instant, Uid};
use crate::{Db, StoreError, Tx, on};

/// One petition on one desk.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable, Insertable)]
#[diesel(table_name = petition_desks, treat_none_as_default_value = false)]
pub(crate) struct Lying {
    petition_id: Uid,
    desk: String,
    followed_by: String,
    follower: Option<Uid>,
    due_at: Instant,
}

/// One share on one desk of its dependency's liaison.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable, Insertable)]
#[diesel(table_name = assignment_desks, treat_none_as_default_value = false)]
pub(crate) struct ShareLying {
    assignment_id: Uid,
    desk: String,
    dependency: String,
    unit: Option<String>,
    due_at: Instant,
}

/// One mark of one petition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable, Selectable, Insertable)]
#[diesel(table_name = petition_tags)]
pub(crate) struct Marked {
    tag: String,
    petition_id: Uid,
}

/// What is counted together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Counted {
    /// Petitions: desk, post, person or the nil identifier.
    Petitions(String, String, Uid),
    /// Shares: dependency, when due where that matters, what of them, unit or nothing.
    Shares(String, Instant, String, String),
}

/// All shares that have a running term.
pub(crate) const RUNNING: &str = "running";
/// How many of them are due at one instant.
pub(crate) const DUE: &str = "due";

/// By how much a count moves.
pub(crate) type Delta = (Counted, i32);

impl Lying {
    fn of(petition: &Petition) -> Vec<Self> {
        let at = |desk: Desk| Self {
            petition_id: petition.id.into(),
            desk: desk.code().to_owned(),
            followed_by: petition.followed_by.clone(),
            follower: petition.follower.map(Into::into),
            due_at: petition_due_at(petition).into(),
        };
        petition.desks().into_iter().map(at).collect()
    }

    /// What it is counted as.
    fn counted(&self) -> Counted {
        let nobody = Uid(Uuid::nil());
        Counted::Petitions(self.desk.clone(), self.followed_by.clone(), self.follower.unwrap_or(nobody))
    }
}

impl ShareLying {
    fn of(petition: &Petition, share: &Assignment) -> Vec<Self> {
        let at = |desk: ShareDesk| Self {
            assignment_id: share.id.into(),
            desk: desk.code().to_owned(),
            dependency: share.dependency.clone(),
            unit: share.unit.clone(),
            due_at: assignment_due_at(share).into(),
        };
        petition.share_desks(share).into_iter().map(at).collect()
    }

    /// What it is counted as.
    fn counted(&self) -> Vec<Counted> {
        counted_share(&self.dependency, &self.desk, self.unit.as_deref(), self.due_at)
    }
}

fn marks(petition: &Petition) -> Vec<Marked> {
    let petition_id = Uid::from(petition.id);
    petition.tags.iter().map(|tag| Marked { tag: tag.to_string(), petition_id }).collect()
}

/// Everything that is kept of a petition here.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    lying: Vec<Lying>,
    shares: Vec<ShareLying>,
    marks: Vec<Marked>,
}

impl Rows {
    pub(super) fn of(petition: &Petition) -> Self {
        let shares = petition.assignments.iter().flat_map(|share| ShareLying::of(petition, share)).collect();
        Self { lying: Lying::of(petition), shares, marks: marks(petition) }
    }

    /// Adds another petition's.
    pub(super) fn extend(&mut self, other: Self) {
        self.lying.extend(other.lying);
        self.shares.extend(other.shares);
        self.marks.extend(other.marks);
    }

    /// Writes all of it; the petitions and their assignments are there.
    pub(super) fn insert(&self, db: &mut Db) -> Result<(), StoreError> {
        insert_all!(db, petition_desks::table, &self.lying);
        insert_all!(db, assignment_desks::table, &self.shares);
        insert_all!(db, petition_tags::table, &self.marks);
        Ok(())
    }

    fn counted(&self) -> impl Iterator<Item = Counted> {
        self.lying.iter().map(Lying::counted).chain(self.shares.iter().flat_map(ShareLying::counted))
    }

    /// Counts all of it.
    pub(super) fn count(&self, tx: &mut Tx) {
        tx.desk_counts().extend(self.counted().map(|counted| (counted, 1)));
    }
}

/// Writes what a change moves between desks, and the marks that it adds or removes.
pub(super) fn update(tx: &mut Tx, before: &Petition, petition: &Petition) -> Result<(), StoreError> {
    let (old, new) = (Rows::of(before), Rows::of(petition));
    let deltas = old.counted().map(|counted| (counted, -1)).chain(new.counted().map(|counted| (counted, 1)));
    tx.desk_counts().extend(deltas);
    for row in gone(&old.lying, &new.lying) {
        let here = petition_desks::table.find((row.petition_id, &row.desk));
        on!(tx.writing()?, c => diesel::delete(here).execute(c))?;
    }
    for row in gone(&old.shares, &new.shares) {
        let here = assignment_desks::table.find((row.assignment_id, &row.desk));
        on!(tx.writing()?, c => diesel::delete(here).execute(c))?;
    }
    for row in gone(&old.marks, &new.marks) {
        let here = petition_tags::table.find((&row.tag, row.petition_id));
        on!(tx.writing()?, c => diesel::delete(here).execute(c))?;
    }
    let come = Rows {
        lying: gone(&new.lying, &old.lying),
        shares: gone(&new.shares, &old.shares),
        marks: gone(&new.marks, &old.marks),
    };
    come.insert(tx.writing()?)
}

/// Those of the one that the other has not.
fn gone<R: PartialEq + Clone>(one: &[R], other: &[R]) -> Vec<R> {
    one.iter().filter(|row| !other.contains(row)).cloned().collect()
}

/// Brings the counts up to what was written: one statement or two for each count that moved, however many rows moved
/// it. Said whether any did.
pub(crate) fn count(db: &mut Db, deltas: &[Delta]) -> Result<bool, StoreError> {
    let mut sums: BTreeMap<&Counted, i32> = BTreeMap::new();
    for (counted, by) in deltas {
        *sums.entry(counted).or_default() += by;
    }
    sums.retain(|_, by| *by != 0);
    for (counted, by) in &sums {
        match counted {
            Counted::Petitions(desk, followed_by, follower) => {
                let row = (
                    counts::desk.eq(desk),
                    counts::followed_by.eq(followed_by),
                    counts::follower.eq(*follower),
                    counts::number.eq(*by),
                );
                on!(db, c => diesel::insert_into(counts::table)
                    .values(row)
                    .on_conflict((counts::desk, counts::followed_by, counts::follower))
                    .do_update()
                    .set(counts::number.eq(counts::number + *by))
                    .execute(c))?;
                if *by < 0 {
                    let here = counts::table.find((desk, followed_by, *follower)).filter(counts::number.eq(0));
                    on!(db, c => diesel::delete(here).execute(c))?;
                }
            }
            Counted::Shares(dependency, due_at, desk, unit) => {
                let row = (
                    share_counts::dependency.eq(dependency),
                    share_counts::desk.eq(desk),
                    share_counts::unit.eq(unit),
                    share_counts::due_at.eq(*due_at),
                    share_counts::number.eq(*by),
                );
                on!(db, c => diesel::insert_into(share_counts::table)
                    .values(row)
                    .on_conflict((
                        share_counts::dependency,
                        share_counts::due_at,
                        share_counts::desk,
                        share_counts::unit,
                    ))
                    .do_update()
                    .set(share_counts::number.eq(share_counts::number + *by))
                    .execute(c))?;
                if *by < 0 {
                    let here =
                        share_counts::table.find((dependency, *due_at, desk, unit)).filter(share_counts::number.eq(0));
                    on!(db, c => diesel::delete(here).execute(c))?;
                }
            }
        }
    }
    Ok(!sums.is_empty())
}

/// The first count that does not agree with what lies there: its desk, and whose it is.
pub(crate) fn miscounted(db: &mut Db) -> Result<Option<(String, String)>, StoreError> {
    let mut wrong: BTreeMap<Counted, i64> = BTreeMap::new();
    let rows: Vec<(String, String, Option<Uid>, i64)> = on!(db, c => petition_desks::table
        .group_by((petition_desks::desk, petition_desks::followed_by, petition_desks::follower))
        .select((petition_desks::desk, petition_desks::followed_by, petition_desks::follower, count_star()))
        .load(c))?;
    for (desk, followed_by, follower, number) in rows {
        let counted = Counted::Petitions(desk, followed_by, follower.unwrap_or(Uid(Uuid::nil())));
        *wrong.entry(counted).or_default() += number;
    }
    let rows: Vec<(String, String, Option<String>, Instant, i64)> = on!(db, c => assignment_desks::table
        .group_by((
            assignment_desks::dependency,
            assignment_desks::desk,
            assignment_desks::unit,
            assignment_desks::due_at,
        ))
        .select((
            assignment_desks::dependency,
            assignment_desks::desk,
            assignment_desks::unit,
            assignment_desks::due_at,
            count_star(),
        ))
        .load(c))?;
    for (dependency, desk, unit, due_at, number) in rows {
        for counted in counted_share(&dependency, &desk, unit.as_deref(), due_at) {
            *wrong.entry(counted).or_default() += number;
        }
    }
    let rows: Vec<(String, String, Uid, i32)> = on!(db, c => counts::table
        .select((counts::desk, counts::followed_by, counts::follower, counts::number))
        .load(c))?;
    for (desk, followed_by, follower, number) in rows {
        *wrong.entry(Counted::Petitions(desk, followed_by, follower)).or_default() -= i64::from(number);
    }
    let rows: Vec<(String, String, String, Instant, i32)> = on!(db, c => share_counts::table
        .select((
            share_counts::dependency,
            share_counts::desk,
            share_counts::unit,
            share_counts::due_at,
            share_counts::number,
        ))
        .load(c))?;
    for (dependency, desk, unit, due_at, number) in rows {
        *wrong.entry(Counted::Shares(dependency, due_at, desk, unit)).or_default() -= i64::from(number);
    }
    Ok(wrong.into_iter().find(|(_, by)| *by != 0).map(|(counted, _)| match counted {
        Counted::Petitions(desk, owner, _) | Counted::Shares(owner, _, desk, _) => (desk, owner),
    }))
}

/// What a share on a desk is counted as: what is open also as running, and by when it is due.
fn counted_share(dependency: &str, desk: &str, unit: Option<&str>, due_at: Instant) -> Vec<Counted> {
    let none = Instant::from(never());
    let as_of = |due_at: Instant, what: &str| {
        Counted::Shares(dependency.to_owned(), due_at, what.to_owned(), unit.unwrap_or_default().to_owned())
    };
    let mut all = vec![as_of(none, desk)];
    if desk == ShareDesk::Open.code() && due_at != none {
        all.extend([as_of(none, RUNNING), as_of(due_at, DUE)]);
    }
    all
}

/// What is kept of some petitions beside their own rows.
pub(crate) struct Kept {
    lying: HashMap<Uuid, Vec<Lying>>,
    shares: HashMap<Uuid, Vec<ShareLying>>,
    marks: HashMap<Uuid, Vec<Marked>>,
}

/// Reads what is kept of these petitions, for verification.
pub(super) fn kept(db: &mut Db, those: &[Petition]) -> Result<Kept, StoreError> {
    let ids = || those.iter().map(|petition| Uid::from(petition.id));
    let shares = || those.iter().flat_map(|petition| &petition.assignments).map(|share| Uid::from(share.id));
    let mut kept = Kept { lying: HashMap::new(), shares: HashMap::new(), marks: HashMap::new() };
    let rows: Vec<Lying> = on!(db, c => petition_desks::table
        .filter(petition_desks::petition_id.eq_any(ids()))
        .select(Lying::as_select())
        .load(c))?;
    for row in rows {
        kept.lying.entry(row.petition_id.0).or_default().push(row);
    }
    let rows: Vec<ShareLying> = on!(db, c => assignment_desks::table
        .filter(assignment_desks::assignment_id.eq_any(shares()))
        .select(ShareLying::as_select())
        .load(c))?;
    for row in rows {
        kept.shares.entry(row.assignment_id.0).or_default().push(row);
    }
    let rows: Vec<Marked> = on!(db, c => petition_tags::table
        .filter(petition_tags::petition_id.eq_any(ids()))
        .select(Marked::as_select())
        .load(c))?;
    for row in rows {
        kept.marks.entry(row.petition_id.0).or_default().push(row);
    }
    Ok(kept)
}

impl Kept {
    /// Whether a petition's rows are those that follow from its facts.
    pub(super) fn fits(&self, petition: &Petition) -> bool {
        let share_fits = |share: &Assignment| same(self.shares.get(&share.id.uuid()), ShareLying::of(petition, share));
        same(self.lying.get(&petition.id.uuid()), Lying::of(petition))
            && same(self.marks.get(&petition.id.uuid()), marks(petition))
            && petition.assignments.iter().all(share_fits)
    }
}

fn same<R: Ord + Clone>(kept: Option<&Vec<R>>, mut expected: Vec<R>) -> bool {
    let mut kept = kept.cloned().unwrap_or_default();
    kept.sort();
    expected.sort();
    kept == expected
}

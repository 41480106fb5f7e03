//! The rows of the catalogues and of the policy: seeded once, then read.
//!
//! Nothing is deleted and no code is used again; what ends is not valid any more. Editing them is not
//! here yet: it comes with the office's daily work.

mod schema;

use diesel::prelude::*;
use domain::catalogue::{Catalogue, Category, Channel, ChannelType, ContactRule, Dependency, Unit, torreon};
use domain::policy::Policy;
use domain::time;

use self::schema::{categories, channels, dependencies, policies, units};
use crate::sql::Instant;
use crate::{Db, StoreError, Tx, on};

/// Seeds the catalogues of Torreón and the standard policy into an empty database.
///
/// # Errors
/// The database's.
pub fn seed(tx: &mut Tx, now: time::Instant) -> Result<(), StoreError> {
    if policies(tx.db()?)?.is_empty() {
        let policy = Policy::standard();
        let body = serde_json::to_string(&policy)
            .map_err(|_| StoreError::Schema("a policy that cannot be written".to_owned()))?;
        let row = (
            policies::code.eq(&policy.code),
            policies::version.eq(policy.version),
            policies::valid_from.eq(Instant::from(now)),
            policies::body.eq(&body),
        );
        on!(tx.writing()?, c => diesel::insert_into(policies::table).values(row).execute(c))?;
    }
    if !catalogue(tx.db()?)?.dependencies.is_empty() {
        return Ok(());
    }
    let shipped = torreon();
    for (at, one) in (0_i32..).zip(&shipped.dependencies) {
        let row = (
            dependencies::code.eq(&one.code),
            dependencies::position.eq(at),
            dependencies::name_es.eq(&one.name_es),
            dependencies::name_en.eq(&one.name_en),
            dependencies::abbreviation.eq(&one.abbreviation),
            dependencies::valid_from.eq(one.valid_from),
            dependencies::valid_until.eq(one.valid_until),
        );
        on!(tx.writing()?, c => diesel::insert_into(dependencies::table).values(row).execute(c))?;
    }
    for (at, one) in (0_i32..).zip(&shipped.units) {
        let row = (
            units::code.eq(&one.code),
            units::position.eq(at),
            units::dependency.eq(&one.dependency),
            units::name_es.eq(&one.name_es),
            units::name_en.eq(&one.name_en),
            units::valid_from.eq(one.valid_from),
            units::valid_until.eq(one.valid_until),
        );
        on!(tx.writing()?, c => diesel::insert_into(units::table).values(row).execute(c))?;
    }
    for (at, one) in (0_i32..).zip(&shipped.categories) {
        let row = (
            categories::code.eq(&one.code),
            categories::position.eq(at),
            categories::parent.eq(&one.parent),
            categories::name_es.eq(&one.name_es),
            categories::name_en.eq(&one.name_en),
            categories::kind.eq(&one.kind),
            categories::dependency.eq(&one.dependency),
            categories::unit.eq(&one.unit),
            categories::contact.eq(one.contact.code()),
            categories::evidence.eq(one.evidence),
            categories::valid_from.eq(one.valid_from),
            categories::valid_until.eq(one.valid_until),
        );
        on!(tx.writing()?, c => diesel::insert_into(categories::table).values(row).execute(c))?;
    }
    for (at, one) in (0_i32..).zip(&shipped.channels) {
        let row = (
            channels::code.eq(&one.code),
            channels::position.eq(at),
            channels::channel_type.eq(one.channel_type.code()),
            channels::name_es.eq(&one.name_es),
            channels::name_en.eq(&one.name_en),
            channels::followed_by.eq(&one.followed_by),
            channels::valid_from.eq(one.valid_from),
            channels::valid_until.eq(one.valid_until),
        );
        on!(tx.writing()?, c => diesel::insert_into(channels::table).values(row).execute(c))?;
    }
    Ok(())
}

type Names = (String, String);
type Validity = (Option<chrono::NaiveDate>, Option<chrono::NaiveDate>);

/// The catalogues as they stand, in the order in which people are shown them.
///
/// # Errors
/// The database's; a row with a code that this binary does not know.
pub fn catalogue(db: &mut Db) -> Result<Catalogue, StoreError> {
    let found: Vec<(String, Names, Option<String>, Validity)> = on!(db, c => dependencies::table
        .order(dependencies::position)
        .select((
            dependencies::code,
            (dependencies::name_es, dependencies::name_en),
            dependencies::abbreviation,
            (dependencies::valid_from, dependencies::valid_until),
        ))
        .load(c))?;
    let dependencies = found
        .into_iter()
        .map(|(code, (name_es, name_en), abbreviation, (valid_from, valid_until))| Dependency {
            code,
            name_es,
            name_en,
            abbreviation,
            valid_from,
            valid_until,
        })
        .collect();
    let found: Vec<(String, String, Names, Validity)> = on!(db, c => units::table
        .order(units::position)
        .select((
            units::dependency,
            units::code,
            (units::name_es, units::name_en),
            (units::valid_from, units::valid_until),
        ))
        .load(c))?;
    let units = found
        .into_iter()
        .map(|(dependency, code, (name_es, name_en), (valid_from, valid_until))| Unit {
            dependency,
            code,
            name_es,
            name_en,
            valid_from,
            valid_until,
        })
        .collect();
    Ok(Catalogue { dependencies, units, categories: all_categories(db)?, channels: all_channels(db)? })
}

fn all_categories(db: &mut Db) -> Result<Vec<Category>, StoreError> {
    type Attended = (Option<String>, Option<String>, String, bool);
    let found: Vec<(String, Option<String>, Names, String, Attended, Validity)> = on!(db, c => categories::table
        .order(categories::position)
        .select((
            categories::code,
            categories::parent,
            (categories::name_es, categories::name_en),
            categories::kind,
            (categories::dependency, categories::unit, categories::contact, categories::evidence),
            (categories::valid_from, categories::valid_until),
        ))
        .load(c))?;
    found
        .into_iter()
        .map(
            |(
                code,
                parent,
                (name_es, name_en),
                kind,
                (dependency, unit, contact, evidence),
                (valid_from, valid_until),
            )| {
                let contact = ContactRule::parse(&contact).ok_or_else(|| unknown("contact"))?;
                Ok(Category {
                    code,
                    parent,
                    name_es,
                    name_en,
                    kind,
                    dependency,
                    unit,
                    contact,
                    evidence,
                    valid_from,
                    valid_until,
                })
            },
        )
        .collect()
}

fn all_channels(db: &mut Db) -> Result<Vec<Channel>, StoreError> {
    let found: Vec<(String, String, Names, String, Validity)> = on!(db, c => channels::table
        .order(channels::position)
        .select((
            channels::code,
            channels::channel_type,
            (channels::name_es, channels::name_en),
            channels::followed_by,
            (channels::valid_from, channels::valid_until),
        ))
        .load(c))?;
    found
        .into_iter()
        .map(|(code, channel_type, (name_es, name_en), followed_by, (valid_from, valid_until))| {
            let channel_type = ChannelType::parse(&channel_type).ok_or_else(|| unknown("channel_type"))?;
            Ok(Channel { code, channel_type, name_es, name_en, followed_by, valid_from, valid_until })
        })
        .collect()
}

/// All versions of the policy, oldest first.
///
/// # Errors
/// The database's; a policy that this binary cannot read.
pub fn policies(db: &mut Db) -> Result<Vec<Policy>, StoreError> {
    let found: Vec<String> = on!(db, c => policies::table
        .order((policies::valid_from, policies::version))
        .select(policies::body)
        .load(c))?;
    found
        .iter()
        .map(|body| {
            serde_json::from_str(body).map_err(|_| StoreError::Schema("a policy that cannot be read".to_owned()))
        })
        .collect()
}

fn unknown(column: &str) -> StoreError {
    StoreError::Schema(format!("a catalogue with an unknown code in {column}"))
}

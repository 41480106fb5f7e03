//! The dialect: SQL types that are native on both engines, and the few nodes that render differently.
//!
//! This is the one file that may know what an engine's SQL looks like. Queries elsewhere never name
//! an engine: they use these types and nodes and are checked for both by [`crate::on`].

use chrono::{DateTime, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::{
    AppearsOnTable, AsExpression, Expression, SelectableExpression, ValidGrouping, is_aggregate::No as NoAggregate,
};
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Array, BigInt, Bool, HasSqlType, SqlOrd, SqlType, Timestamptz};
use diesel::sqlite::{Sqlite, SqliteValue};
use diesel::{QueryResult, RunQueryDsl};
use domain::id::Id;
use uuid::Uuid;

/// An identifier: `uuid` on PostgreSQL, a BLOB of 16 bytes on SQLite. Both sort by the same bytes.
///
/// It is the type of the column and of the value bound to it (Rust's rules of coherence let nobody bind
/// a bare [`Uuid`] to a type of ours): rows hold a `Uid`, filters say `.eq(Uid::from(id))`. A bare `Uuid`
/// can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, SqlType, QueryId, AsExpression, FromSqlRow)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Binary"))]
#[diesel(sql_type = Uid)]
pub struct Uid(pub Uuid);

/// A point in time in whole microseconds: `timestamptz` on PostgreSQL, INTEGER of microseconds since 1970
/// on SQLite. Like [`Uid`] it is the type of the column and of the value; a bare `DateTime<Utc>` can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, SqlType, QueryId, AsExpression, FromSqlRow)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Long"))]
#[diesel(sql_type = Instant)]
pub struct Instant(pub DateTime<Utc>);

impl SqlOrd for Uid {}
impl SqlOrd for Instant {}

impl Uid {
    /// The identifier of a `T`.
    #[must_use]
    pub const fn id<T>(self) -> Id<T> {
        Id::new(self.0)
    }
}

impl From<Uuid> for Uid {
    fn from(uuid: Uuid) -> Self {
        Self(uuid)
    }
}

impl<T> From<Id<T>> for Uid {
    fn from(id: Id<T>) -> Self {
        Self(id.uuid())
    }
}

impl From<Uid> for Uuid {
    fn from(uid: Uid) -> Self {
        uid.0
    }
}

impl<T> From<Uid> for Id<T> {
    fn from(uid: Uid) -> Self {
        uid.id()
    }
}

// The cut keeps what is written and what is read back the same on both engines.
impl From<DateTime<Utc>> for Instant {
    fn from(at: DateTime<Utc>) -> Self {
        Self(domain::time::truncated(at))
    }
}

impl From<Instant> for DateTime<Utc> {
    fn from(at: Instant) -> Self {
        at.0
    }
}

impl ToSql<Self, Pg> for Uid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<diesel::sql_types::Uuid, Pg>::to_sql(&self.0, out)
    }
}

impl ToSql<Self, Sqlite> for Uid {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_bytes().as_slice());
        Ok(IsNull::No)
    }
}

impl FromSql<Uid, Pg> for Uuid {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        FromSql::<diesel::sql_types::Uuid, Pg>::from_sql(value)
    }
}

impl FromSql<Uid, Sqlite> for Uuid {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self::from_slice(value.read_blob())?)
    }
}

impl<DB: Backend> FromSql<Self, DB> for Uid
where
    Uuid: FromSql<Self, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Uuid::from_sql(value).map(Self)
    }
}

impl ToSql<Self, Pg> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Timestamptz, Pg>::to_sql(&self.0, out)
    }
}

impl ToSql<Self, Sqlite> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.timestamp_micros());
        Ok(IsNull::No)
    }
}

impl<DB: Backend> FromSql<Self, DB> for Instant
where
    DateTime<Utc>: FromSql<Self, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        DateTime::from_sql(value).map(Self)
    }
}

impl FromSql<Instant, Pg> for DateTime<Utc> {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        FromSql::<Timestamptz, Pg>::from_sql(value)
    }
}

impl FromSql<Instant, Sqlite> for DateTime<Utc> {
    fn from_sql(value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<BigInt, Sqlite>>::from_sql(value)?;
        Self::from_timestamp_micros(micros).ok_or_else(|| "an instant out of range".into())
    }
}

/// On which side of the cursor's row a page lies, in the order of the two columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Greater than the cursor: the next page of an ascending list.
    After,
    /// Smaller than the cursor: the next page of a descending list.
    Before,
}

/// `(first, second) < (?, ?)` or `>`, `<=`, `>=`: see [`keyset`] and [`keyset_within`].
#[derive(Clone, Copy, Debug)]
pub struct Keyset<A, B, X, Y> {
    columns: (A, B),
    compared: &'static str,
    values: (X, Y),
}

/// The condition of a keyset page as a row value, which both engines answer from an index that ends in
/// these two columns. Neither column may be null.
///
/// `keyset((petitions::received_at, petitions::id), Side::Before, (at, id))`
pub fn keyset<A, B, X, Y>(columns: (A, B), side: Side, values: (X, Y)) -> Keyset<A, B, X::Expression, Y::Expression>
where
    A: Expression,
    B: Expression,
    A::SqlType: SqlType,
    B::SqlType: SqlType,
    X: AsExpression<A::SqlType>,
    Y: AsExpression<B::SqlType>,
{
    let values = (values.0.as_expression(), values.1.as_expression());
    let compared = match side {
        Side::After => ") > (",
        Side::Before => ") < (",
    };
    Keyset { columns, compared, values }
}

/// The condition that a row is not beyond these values: where a page ends at the latest. `NOT` around a row value would
/// say the same, and neither engine would end its walk of the index there.
pub fn keyset_within<A, B, X, Y>(
    columns: (A, B),
    side: Side,
    values: (X, Y),
) -> Keyset<A, B, X::Expression, Y::Expression>
where
    A: Expression,
    B: Expression,
    A::SqlType: SqlType,
    B::SqlType: SqlType,
    X: AsExpression<A::SqlType>,
    Y: AsExpression<B::SqlType>,
{
    let compared = match side {
        Side::After => ") <= (",
        Side::Before => ") >= (",
    };
    Keyset { compared, ..keyset(columns, side, values) }
}

impl<A, B, X, Y> Expression for Keyset<A, B, X, Y>
where
    A: Expression,
    B: Expression,
    X: Expression,
    Y: Expression,
{
    type SqlType = Bool;
}

impl<A, B, X, Y, From> AppearsOnTable<From> for Keyset<A, B, X, Y>
where
    A: AppearsOnTable<From>,
    B: AppearsOnTable<From>,
    X: AppearsOnTable<From>,
    Y: AppearsOnTable<From>,
{
}

impl<A, B, X, Y, From> SelectableExpression<From> for Keyset<A, B, X, Y>
where
    A: SelectableExpression<From>,
    B: SelectableExpression<From>,
    X: SelectableExpression<From>,
    Y: SelectableExpression<From>,
{
}

impl<A, B, X, Y> ValidGrouping<()> for Keyset<A, B, X, Y> {
    type IsAggregate = NoAggregate;
}

// The two sides are two statements, so the type alone does not name the statement in the cache.
impl<A, B, X, Y> QueryId for Keyset<A, B, X, Y> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB, A, B, X, Y> QueryFragment<DB> for Keyset<A, B, X, Y>
where
    DB: Backend,
    A: QueryFragment<DB>,
    B: QueryFragment<DB>,
    X: QueryFragment<DB>,
    Y: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(");
        self.columns.0.walk_ast(out.reborrow())?;
        out.push_sql(", ");
        self.columns.1.walk_ast(out.reborrow())?;
        out.push_sql(self.compared);
        self.values.0.walk_ast(out.reborrow())?;
        out.push_sql(", ");
        self.values.1.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

/// A condition that no index answers: see [`aside`].
#[derive(Clone, Copy, Debug)]
pub struct Aside<E>(E, bool);

/// A condition that, if it is set aside, is only checked on rows that another condition finds: SQLite, which keeps no
/// statistics of its own, would else take the index of the first equality it sees. PostgreSQL knows better by itself.
pub fn aside<E: Expression<SqlType = Bool>>(condition: E, set_aside: bool) -> Aside<E> {
    Aside(condition, set_aside)
}

impl<E: Expression<SqlType = Bool>> Expression for Aside<E> {
    type SqlType = Bool;
}

impl<From, E: AppearsOnTable<From> + Expression<SqlType = Bool>> AppearsOnTable<From> for Aside<E> {}

impl<From, E: SelectableExpression<From> + Expression<SqlType = Bool>> SelectableExpression<From> for Aside<E> {}

impl<E> ValidGrouping<()> for Aside<E> {
    type IsAggregate = NoAggregate;
}

// Set aside or not are two statements.
impl<E> QueryId for Aside<E> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<E: QueryFragment<Pg>> QueryFragment<Pg> for Aside<E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("(");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<E: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Aside<E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(if self.1 { "+(" } else { "(" });
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

/// A column that has one of some values: see [`among`].
#[derive(Clone, Debug)]
pub struct Among<C, V> {
    column: C,
    values: Vec<V>,
}

/// The condition that a column, which is never null, has one of these values. Diesel's own `eq_any` is on SQLite prepared
/// anew whenever it is asked, since each number of values is a statement of its own; of this one there are only as many as
/// powers of two, and they stay prepared.
pub const fn among<C, V>(column: C, values: Vec<V>) -> Among<C, V> {
    Among { column, values }
}

impl<C: Expression, V> Expression for Among<C, V> {
    type SqlType = Bool;
}

impl<From, C: AppearsOnTable<From>, V> AppearsOnTable<From> for Among<C, V> {}

impl<From, C: SelectableExpression<From>, V> SelectableExpression<From> for Among<C, V> {}

impl<C, V> ValidGrouping<()> for Among<C, V> {
    type IsAggregate = NoAggregate;
}

// The number of values is part of the statement.
impl<C, V> QueryId for Among<C, V> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C, V> QueryFragment<Pg> for Among<C, V>
where
    C: Expression + QueryFragment<Pg>,
    C::SqlType: 'static,
    Pg: HasSqlType<Array<C::SqlType>>,
    Vec<V>: ToSql<Array<C::SqlType>, Pg>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = ANY(");
        out.push_bind_param::<Array<C::SqlType>, _>(&self.values)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<C, V> QueryFragment<Sqlite> for Among<C, V>
where
    C: Expression + QueryFragment<Sqlite>,
    Sqlite: HasSqlType<C::SqlType>,
    V: ToSql<C::SqlType, Sqlite>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (");
        for at in 0..self.values.len().next_power_of_two() {
            // The last value stands for those that are missing.
            let Some(value) = self.values.get(at).or(self.values.last()) else { break };
            if at > 0 {
                out.push_sql(", ");
            }
            out.push_bind_param::<C::SqlType, _>(value)?;
        }
        out.push_sql(")");
        Ok(())
    }
}

/// A query whose rows stay locked until the transaction ends: see [`locked`].
#[derive(Clone, Copy, Debug, QueryId)]
pub struct Locked<Q>(Q);

/// Locks the rows that `query` finds against other writers: `FOR UPDATE` on PostgreSQL. On SQLite a
/// write transaction already holds the only write lock there is, so nothing is added.
pub fn locked<Q>(query: Q) -> Locked<Q> {
    Locked(query)
}

impl<Q: Query> Query for Locked<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, C> RunQueryDsl<C> for Locked<Q> {}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Locked<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" FOR UPDATE");
        Ok(())
    }
}

impl<Q: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Locked<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

#[cfg(test)]
mod tests {
    use diesel::prelude::*;

    use super::*;

    diesel::table! {
        walked (number) {
            number -> Integer,
            more -> Integer,
        }
    }

    #[test]
    fn so_many_values_are_one_of_few_statements() {
        let lite = |values: Vec<i32>| {
            let query = walked::table.filter(among(walked::number, values)).filter(walked::more.eq(1));
            diesel::debug_query::<Sqlite, _>(&query).to_string()
        };
        for (number, asked) in [(0, "IN ()"), (1, "IN (?)"), (2, "IN (?, ?)"), (3, "IN (?, ?, ?, ?)")] {
            let written = lite(vec![7; number]);
            assert!(written.contains(asked), "{number}: {written}");
        }
        let query = walked::table.filter(among(walked::number, vec![1, 2, 3]));
        let written = diesel::debug_query::<Pg, _>(&query).to_string();
        assert!(written.contains("= ANY($1)"), "{written}");
    }

    #[test]
    fn a_page_begins_and_ends_at_row_values_that_an_index_answers() {
        let key = (walked::number, walked::more);
        for (side, expected) in
            [(Side::Before, [") < (?, ?)", ") >= (?, ?)"]), (Side::After, [") > (?, ?)", ") <= (?, ?)"])]
        {
            let query = walked::table.filter(keyset(key, side, (9, 9))).filter(keyset_within(key, side, (1, 1)));
            let written = diesel::debug_query::<Sqlite, _>(&query).to_string();
            assert!(expected.iter().all(|one| written.contains(one)), "{written}");
            assert!(!written.contains("NOT"), "{written}");
        }
    }
}

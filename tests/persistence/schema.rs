//! The two schemas: the same tables and columns, and migrations that know where they stand.

use std::thread;

use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use persistence::{Db, Settings, Store, StoreError};

use crate::database::{Engine, empty, fresh};

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

const POSTGRES: &str = "\
    SELECT table_name::text, column_name::text, is_nullable = 'YES' AS nullable \
    FROM information_schema.columns \
    WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%'";

// FTS5 keeps its index in tables that have the virtual table's name as a prefix; they are not the schema.
const SQLITE: &str = "\
    SELECT t.name AS table_name, c.name AS column_name, NOT c.\"notnull\" AS nullable \
    FROM pragma_table_list t JOIN pragma_table_info(t.name) c \
    WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name NOT LIKE '\\_\\_diesel%' ESCAPE '\\'";

fn columns(engine: Engine) -> Vec<Column> {
    let mut columns: Vec<Column> = match Db::connect(&fresh(engine).url).unwrap() {
        Db::Pg(mut c) => diesel::sql_query(POSTGRES).load(&mut c).unwrap(),
        Db::Lite(mut c) => diesel::sql_query(SQLITE).load(&mut c).unwrap(),
    };
    columns.sort();
    columns
}

#[test]
fn both_engines_have_the_same_tables_and_columns_with_the_same_nulls() {
    let (lite, pg) = (columns(Engine::Lite), columns(Engine::Pg));
    let only = |here: &[Column], there: &[Column]| -> Vec<String> {
        here.iter().filter(|column| !there.contains(column)).map(|column| format!("{column:?}")).collect()
    };
    assert_eq!(only(&lite, &pg), [] as [String; 0], "only on SQLite");
    assert_eq!(only(&pg, &lite), [] as [String; 0], "only on PostgreSQL");
    assert!(lite.iter().any(|column| column.table_name == "events" && column.column_name == "hash"));
}

#[test]
fn a_schema_that_is_behind_is_named_and_migrating_brings_it_up() {
    for engine in Engine::BOTH {
        let database = empty(engine);
        let store = Store::open(Settings::new(&database.url)).unwrap();
        let behind = store.require_current_schema();
        assert!(
            matches!(&behind, Err(StoreError::Schema(words)) if words.contains("00000000000001_store")),
            "{behind:?}"
        );
        assert!(!store.migrate().unwrap().is_empty());
        assert_eq!(store.migrate().unwrap(), [] as [String; 0]);
        store.require_current_schema().unwrap();
    }
}

#[test]
fn a_schema_that_is_newer_than_the_binary_is_refused() {
    for engine in Engine::BOTH {
        let database = fresh(engine);
        Db::connect(&database.url)
            .unwrap()
            .batch("INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000000')")
            .unwrap();
        let store = Store::open(Settings::new(&database.url)).unwrap();
        for told in [store.require_current_schema(), store.migrate().map(drop)] {
            assert!(matches!(&told, Err(StoreError::Schema(words)) if words.contains("99990101000000")), "{told:?}");
        }
    }
}

#[test]
fn nodes_that_start_at_once_migrate_once() {
    for engine in Engine::BOTH {
        let database = empty(engine);
        let nodes: Vec<Store> = (0..4).map(|_| Store::open(Settings::new(&database.url)).unwrap()).collect();
        let applied: usize = thread::scope(|scope| {
            let nodes: Vec<_> = nodes.iter().map(|node| scope.spawn(|| node.migrate().unwrap().len())).collect();
            nodes.into_iter().map(|node| node.join().unwrap()).sum()
        });
        let wanted = Store::open(Settings::new(&empty(engine).url)).unwrap().migrate().unwrap().len();
        assert_eq!(applied, wanted);
    }
}

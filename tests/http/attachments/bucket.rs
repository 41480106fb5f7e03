//! Files in a bucket, set up as an operator would: against a server of S3 that others have made (`s3s-fs`), on a free
//! port of this machine.

use std::path::Path;

use chrono::TimeDelta;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use uuid::Uuid;

use super::files::{jpeg, mp3};
use super::{Scene, left_in};
use crate::database::Engine;
use crate::house::House;

/// The account at the server, and its secret.
const ACCOUNT: (&str, &str) = ("atiende", "a secret between us and the bucket");

/// Bytes of one part in which a large file goes to a bucket.
const PART: usize = 5 * 1024 * 1024;

/// A bucket, and the server that has it.
struct Bucket {
    place: TempDir,
    endpoint: String,
}

impl Bucket {
    /// Serves an empty bucket until the test ends.
    async fn open() -> Self {
        let place = tempfile::tempdir().unwrap();
        std::fs::create_dir(place.path().join("adjuntos")).unwrap();
        let mut service = S3ServiceBuilder::new(FileSystem::new(place.path()).unwrap());
        service.set_auth(SimpleAuth::from_single(ACCOUNT.0, ACCOUNT.1));
        let service = service.build();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let service = service.clone();
                tokio::spawn(async move {
                    let served =
                        Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(socket), service).await;
                    // Whoever hangs up has what they wanted.
                    drop(served);
                });
            }
        });
        Self { place, endpoint }
    }

    /// A house that keeps its files there.
    async fn house(&self, engine: Engine, bucket: &str, secret: &str) -> House {
        let arguments = [
            ("--attachments", bucket),
            ("--s3-endpoint", &self.endpoint),
            ("--s3-region", "us-east-1"),
            ("--s3-access-key", ACCOUNT.0),
            ("--s3-secret-key", secret),
        ];
        House::open_with(engine, &arguments.map(|(name, value)| [name, value]).concat()).await
    }

    fn folder(&self) -> std::path::PathBuf {
        self.place.path().join("adjuntos")
    }

    /// What lies in it, by the end of its name.
    fn holds(&self, end: impl AsRef<Path>) -> usize {
        left_in(&self.folder()).iter().filter(|path| path.ends_with(&end)).count()
    }
}

fn id(attached: &Value) -> Uuid {
    attached["id"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn files_go_to_a_bucket_come_back_in_parts_and_leave_it_again() {
    for engine in Engine::BOTH {
        let bucket = Bucket::open().await;
        let house = bucket.house(engine, "s3://adjuntos/torreon", ACCOUNT.1).await;
        let scene = Scene::set(&house).await;
        let photo = scene.attach("citizen", "fuga.jpg", "image/jpeg", &jpeg(80, 60, None)).await.is(201).body;
        // Larger than one part: it goes in two.
        let sound = mp3(PART + 100_000);
        let call = scene.attach("internal", "llamada.mp3", "audio/mpeg", &sound).await.is(201).body;
        assert_eq!((bucket.holds("content"), bucket.holds("thumbnail")), (2, 1));
        let prefix = bucket.folder().join("torreon");
        assert!(left_in(&bucket.folder()).iter().all(|path| path.starts_with(&prefix)));
        assert!(!house.data_dir().join("attachments").exists(), "nothing is kept beside the database");

        let content = |file: &Value| file["content_href"].as_str().unwrap().to_owned();
        let (whole, bytes) = scene.content(&content(&call), &scene.head, &[]).await;
        whole.is(200);
        assert!(bytes == sound, "it comes back as it went in");
        // Across the end of the first part.
        let range = format!("bytes={}-{}", PART - 3, PART + 2);
        let (some, bytes) = scene.content(&content(&call), &scene.head, &[("Range", &range)]).await;
        some.is(206);
        assert_eq!(bytes, sound[PART - 3..PART + 3]);
        let (small, bytes) = scene.content(photo["thumbnail_href"].as_str().unwrap(), &scene.head, &[]).await;
        small.is(200);
        assert_eq!(image::load_from_memory(&bytes).unwrap().width(), 80);

        // What nobody knows of is swept away after a day, and nothing else.
        let lost = api::auth::new_id(house.clock.now());
        let state = &house.running.state;
        state.files.contents.keep_small(lost, b"lost".to_vec()).await.unwrap();
        assert_eq!(bucket.holds("thumbnail"), 2);
        let sweep = async || {
            let mut swept = 0;
            let mut shards = [lost, id(&photo), id(&call)].map(api::files::contents::shard_of).to_vec();
            shards.sort_unstable();
            shards.dedup();
            for shard in shards {
                swept += api::files::sweep::orphans(state, shard).await.unwrap();
            }
            swept
        };
        assert_eq!(sweep().await, 0, "it may still be on its way");
        house.clock.advance(TimeDelta::hours(25));
        assert_eq!(sweep().await, 1);
        assert_eq!((bucket.holds("content"), bucket.holds("thumbnail")), (2, 1));
        assert_eq!(sweep().await, 0);

        // And what is erased goes at once.
        let head = house.again(&scene.head);
        let erasure = format!("{}/erasure", content(&photo).trim_end_matches("/content"));
        house.post(&erasure, &head, json!({"reason": "Es de otra petición."})).await.is(200);
        assert_eq!((bucket.holds("content"), bucket.holds("thumbnail")), (1, 0));
        house.close().await;
    }
}

#[tokio::test]
async fn a_bucket_that_refuses_is_said_and_nothing_is_written_down() {
    let bucket = Bucket::open().await;
    let house = bucket.house(Engine::Lite, "s3://adjuntos/torreon", "another secret").await;
    let scene = Scene::set(&house).await;
    let answer = scene.attach("citizen", "fuga.jpg", "image/jpeg", &jpeg(80, 60, None)).await;
    answer.refused(503, "files_unavailable");
    let seen = house.get(&format!("{}/attachments", scene.petition), &scene.head).await.is(200);
    assert_eq!(seen.body["items"], json!([]));
    assert!(left_in(&bucket.folder()).is_empty());
    house.close().await;
}

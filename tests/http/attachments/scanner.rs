//! A virus scanner in its own words: a small clamd that knows one virus.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::files::{jpeg, pdf};
use super::{Scene, left_in};
use crate::database::Engine;
use crate::house::House;

/// What it knows as a virus.
const VIRUS: &[u8] = b"X5O!P%@AP-not-really";

/// Answers `zINSTREAM` as clamd does, until the test ends.
async fn clamd() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut command = [0; 10];
            socket.read_exact(&mut command).await.unwrap();
            assert_eq!(&command, b"zINSTREAM\0");
            let mut stream = Vec::new();
            loop {
                let length = usize::try_from(socket.read_u32().await.unwrap()).unwrap();
                if length == 0 {
                    break;
                }
                let at = stream.len();
                stream.resize(at + length, 0);
                socket.read_exact(&mut stream[at..]).await.unwrap();
            }
            let found = stream.windows(VIRUS.len()).any(|some| some == VIRUS);
            let broken = stream.ends_with(b"%%EOF no");
            let said: &[u8] = match (found, broken) {
                (true, _) => b"stream: Not-A-Virus FOUND\0",
                (false, true) => b"INSTREAM size limit exceeded. ERROR\0",
                (false, false) => b"stream: OK\0",
            };
            socket.write_all(said).await.unwrap();
        }
    });
    address
}

#[tokio::test]
async fn what_the_scanner_finds_is_not_kept() {
    let address = clamd().await;
    let house = House::open_with(Engine::Lite, &["--clamd", &address]).await;
    let scene = Scene::set(&house).await;
    // More than one piece.
    let large = [pdf(), vec![b' '; 150_000], b"startxref\n0\n%%EOF\n".to_vec()].concat();
    scene.attach("citizen", "a.jpg", "image/jpeg", &jpeg(40, 30, None)).await.is(201);
    scene.attach("internal", "a.pdf", "application/pdf", &large).await.is(201);
    let kept = left_in(&house.data_dir().join("attachments"));
    let ill = [pdf(), VIRUS.to_vec(), b"\n%%EOF\n".to_vec()].concat();
    scene.attach("internal", "b.pdf", "application/pdf", &ill).await.invalid("/file", "file_infected");
    let beyond = [pdf(), b"%%EOF no".to_vec()].concat();
    let answer = scene.attach("internal", "c.pdf", "application/pdf", &beyond).await;
    let answer = answer.refused(503, "scanner_unavailable");
    assert!(answer.headers.contains_key("retry-after"));
    assert_eq!(left_in(&house.data_dir().join("attachments")), kept);
    house.close().await;
}

#[tokio::test]
async fn without_the_scanner_that_is_wanted_nothing_is_taken() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = listener.local_addr().unwrap().to_string();
    drop(listener);
    let house = House::open_with(Engine::Lite, &["--clamd", &nobody]).await;
    let scene = Scene::set(&house).await;
    let answer = scene.attach("citizen", "a.jpg", "image/jpeg", &jpeg(40, 30, None)).await;
    answer.refused(503, "scanner_unavailable");
    let seen = house.get(&format!("{}/attachments", scene.petition), &scene.head).await.is(200);
    assert_eq!(seen.body["items"], json!([]));
    house.close().await;
}

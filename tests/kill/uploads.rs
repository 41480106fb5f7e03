//! Large files into a process of its own: its memory does not grow with them, and what somebody does to them is found.

use serde_json::{Value, json};

use crate::database::{Engine, fresh};
use crate::process::{House, appoint_clerk, command};

/// One large file, in bytes.
const LARGE: usize = 20 * 1024 * 1024;

/// Files that come in at the same time.
const TOGETHER: usize = 4;

/// What all of them together may cost, in KiB: less than one of them.
const GROWTH: u64 = 16 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn large_files_come_in_without_being_held_in_memory() {
    let database = fresh(Engine::Lite);
    let place = tempfile::tempdir().unwrap();
    let clerk = appoint_clerk(&database.url).await;
    let house = House::open(&database, place.path()).await;
    let (client, token) = (reqwest::Client::new(), clerk.token());
    let at = format!("http://{}/v1/petitions", house.address);
    let wanted = json!({"channel": "phone_073", "category": "water_leak", "text": "Hay una fuga.",
        "petitioners": [{"name": "Ana Gil"}]});
    let filed = client.post(&at).bearer_auth(&token).json(&wanted).send().await.unwrap();
    let filed: Value = filed.json().await.unwrap();
    let at = format!("{at}/{}/attachments", filed["petition"]["id"].as_str().unwrap());
    let send = async |content: &[u8]| {
        let head = b"--f\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\ninternal\r\n--f\r\n\
            Content-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\nContent-Type: application/pdf\r\n\r\n";
        let body = [head.as_slice(), content, b"\r\n--f--\r\n"].concat();
        let request = client.post(&at).bearer_auth(&token).header("Content-Type", "multipart/form-data; boundary=f");
        let answer = request.body(body).send().await.unwrap();
        assert_eq!(answer.status(), 201);
        answer.json::<Value>().await.unwrap()
    };
    let end = b"\nstartxref\n0\n%%EOF\n";
    let document = |length: usize| [b"%PDF-1.7\n".to_vec(), vec![b'a'; length], end.to_vec()].concat();
    // Once small, so that everything that is there once is there.
    send(&document(1000)).await;
    let before = house.most_memory();
    let large = document(LARGE);
    let sent = futures_util::future::join_all((0..TOGETHER).map(|_| send(&large))).await;
    let after = house.most_memory();
    assert!(after - before < GROWTH, "{TOGETHER} files of {LARGE} bytes cost {} KiB", after - before);

    let content = format!("http://{}{}", house.address, sent[0]["content_href"].as_str().unwrap());
    let answer = client.get(content).bearer_auth(&token).send().await.unwrap();
    assert_eq!(answer.bytes().await.unwrap().len(), large.len());
    let given = house.most_memory();
    assert!(given - after < GROWTH, "to give one out costs {} KiB", given - after);

    let verified = |how: &str| {
        let verified = command(&database, place.path(), "verify").args(["--contents", how]).output().unwrap();
        let said = [verified.stdout, verified.stderr].concat();
        (verified.status.success(), String::from_utf8(said).unwrap())
    };
    let (holds, said) = verified("whole");
    assert!(holds && said.contains("5 attachments"), "{said}");
    // Somebody meddles with the folder: a byte of one file, then the whole of it.
    let id = sent[0]["id"].as_str().unwrap();
    let kept = place.path().join(format!("attachments/{}/{id}/content", &id[id.len() - 2..]));
    let mut bytes = std::fs::read(&kept).unwrap();
    bytes[5000] = b'b';
    std::fs::write(&kept, bytes).unwrap();
    assert!(verified("present").0, "of the same size it is there");
    let (holds, said) = verified("whole");
    assert!(!holds && said.contains(id) && said.contains("is not what was stored"), "{said}");
    std::fs::remove_file(&kept).unwrap();
    let (holds, said) = verified("present");
    assert!(!holds && said.contains(id) && said.contains("is not where it was stored"), "{said}");
    assert!(verified("skip").0);
}

//! The virus scanner: clamd's `INSTREAM`, the file in pieces over a socket and one line back.
//!
//! Off unless an address is given. Decides nothing but what the scanner said.

use std::io;
use std::str::FromStr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use super::spool::Spooled;

/// How long the scanner may take over a file.
const PATIENCE: Duration = Duration::from_secs(120);

/// Bytes of one piece.
const PIECE: usize = 64 * 1024;

/// Longest answer, in bytes.
const LONGEST: u64 = 4 * 1024;

/// Where clamd listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scanner {
    /// A host and port.
    Tcp(String),
    /// A socket in the file system.
    #[cfg(unix)]
    Unix(std::path::PathBuf),
}

/// What the scanner said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It found nothing.
    Clean,
    /// It found something.
    Found,
}

impl FromStr for Scanner {
    type Err = String;

    fn from_str(address: &str) -> Result<Self, String> {
        #[cfg(unix)]
        if let Some(path) = address.strip_prefix("unix:").filter(|path| !path.is_empty()) {
            return Ok(Self::Unix(path.into()));
        }
        match address.rsplit_once(':') {
            Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => Ok(Self::Tcp(address.to_owned())),
            _ => Err(format!("{address} is no address of clamd: write HOST:PORT or unix:/path/of/the/socket")),
        }
    }
}

impl Scanner {
    /// Has a file looked at.
    ///
    /// # Errors
    /// When the scanner is away, takes too long, or says neither yes nor no.
    pub async fn scan(&self, file: &Spooled) -> io::Result<Verdict> {
        let scanned = tokio::time::timeout(PATIENCE, async {
            match self {
                Self::Tcp(address) => converse(TcpStream::connect(address).await?, file).await,
                #[cfg(unix)]
                Self::Unix(path) => converse(tokio::net::UnixStream::connect(path).await?, file).await,
            }
        });
        scanned.await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }
}

/// `zINSTREAM`, then pieces with their length before them (four bytes, most significant first), an empty one at the
/// end; the answer ends with a zero (clamd(8), *COMMANDS*).
async fn converse(mut socket: impl AsyncRead + AsyncWrite + Unpin, file: &Spooled) -> io::Result<Verdict> {
    let sent = send(&mut socket, file).await;
    // A file over its own limit it answers before all was sent, and hangs up: what it said is still there to be read.
    let mut answer = Vec::new();
    let read = (&mut socket).take(LONGEST).read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer);
    let answer = answer.trim_end_matches(['\0', '\n', ' ']);
    if answer.ends_with("FOUND") {
        return Ok(Verdict::Found);
    }
    sent?;
    read?;
    if answer == "stream: OK" { Ok(Verdict::Clean) } else { Err(io::Error::other(format!("it says {answer:?}"))) }
}

async fn send(socket: &mut (impl AsyncWrite + Unpin), file: &Spooled) -> io::Result<()> {
    socket.write_all(b"zINSTREAM\0").await?;
    let mut reader = file.reader()?;
    let mut piece = vec![0; PIECE];
    loop {
        let length = reader.read(&mut piece).await?;
        socket.write_all(&u32::try_from(length).map_err(io::Error::other)?.to_be_bytes()).await?;
        if length == 0 {
            return socket.flush().await;
        }
        socket.write_all(piece.get(..length).unwrap_or_default()).await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_with_its_port_or_a_socket() {
        assert_eq!("127.0.0.1:3310".parse(), Ok(Scanner::Tcp("127.0.0.1:3310".to_owned())));
        assert_eq!("clamav:3310".parse(), Ok(Scanner::Tcp("clamav:3310".to_owned())));
        #[cfg(unix)]
        assert_eq!("unix:/run/clamd.sock".parse(), Ok(Scanner::Unix("/run/clamd.sock".into())));
        for wrong in ["", "clamav", ":3310", "clamav:x", "unix:"] {
            assert!(wrong.parse::<Scanner>().is_err(), "{wrong}");
        }
    }
}

//! Whether a document or a sound is built as its type is, beyond its first bytes: what was cut off, and what only begins
//! like one, is none.
//!
//! Reads a bounded number of bytes wherever they stand and unpacks nothing. What is said or heard in it is not judged.

use std::io::{self, Read, Seek, SeekFrom};

use domain::attachment::MediaType;

/// Bytes of a PDF's beginning in which its header stands, and of its end in which it says that it is whole (ISO 32000-1,
/// 7.5.5 and annex H).
const PDF_BEGINNING: usize = 1024;
const PDF_END: usize = 2 * 1024;

/// Bytes after an MP3's tags in which its first frame begins.
const MP3_BEGINNING: usize = 8 * 1024;

/// Parts that are passed over until those are found without which there is no sound.
const MOST_PARTS: usize = 64;

/// Whether a file is built as its type is. A picture is taken apart whole, and not here.
///
/// # Errors
/// When it cannot be read.
pub fn is_built(media_type: MediaType, file: &mut (impl Read + Seek)) -> io::Result<bool> {
    let bytes = file.seek(SeekFrom::End(0))?;
    match media_type {
        MediaType::Jpeg | MediaType::Png | MediaType::Webp => Ok(true),
        MediaType::Pdf => pdf(file, bytes),
        MediaType::Mp3 => mp3(file, bytes),
        MediaType::M4a => m4a(file, bytes),
        MediaType::Ogg => ogg(file),
        MediaType::Wav => wav(file, bytes),
    }
}

/// The bytes from a place on; fewer where the file ends before.
fn piece(file: &mut (impl Read + Seek), from: u64, most: usize) -> io::Result<Vec<u8>> {
    let mut piece = Vec::new();
    file.seek(SeekFrom::Start(from))?;
    file.by_ref().take(most as u64).read_to_end(&mut piece)?;
    Ok(piece)
}

/// Some bytes at a place of a piece.
fn at<const N: usize>(piece: &[u8], from: usize) -> Option<[u8; N]> {
    piece.get(from..)?.first_chunk().copied()
}

/// A header with a version; at the end where its table of objects stands, and that this is the end.
fn pdf(file: &mut (impl Read + Seek), bytes: u64) -> io::Result<bool> {
    let head = piece(file, 0, PDF_BEGINNING)?;
    let begins = head.windows(8).any(|some| {
        matches!(some, [b'%', b'P', b'D', b'F', b'-', major, b'.', minor] if major.is_ascii_digit() && minor.is_ascii_digit())
    });
    let tail = piece(file, bytes.saturating_sub(PDF_END as u64), PDF_END)?;
    let tail = String::from_utf8_lossy(&tail);
    let table = tail.rsplit_once("startxref").and_then(|(_, rest)| {
        let (place, _) = rest.split_once("%%EOF")?;
        place.trim_matches(['\0', '\t', '\n', '\x0c', '\r', ' ']).parse::<u64>().ok()
    });
    Ok(begins && table.is_some_and(|place| place < bytes))
}

/// What the header of a frame says of it (ISO 11172-3, 2.4.2.3; ISO 13818-3, 2.4.2.3).
#[derive(Debug, PartialEq, Eq)]
struct Frame {
    /// Version and sampling rate, which no file changes on the way.
    sort: (u8, u8),
    /// Its length in bytes, header included.
    length: u64,
}

impl Frame {
    /// Kilobits a second, by index from 1, of version 1 and of the later ones with lower sampling rates.
    const RATES: [[u64; 14]; 2] = [
        [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
        [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ];
    const SAMPLING: [u64; 3] = [44_100, 48_000, 32_000];

    /// A frame of layer III with a bit rate of its own; none where there is no such header.
    fn read(head: &[u8]) -> Option<Self> {
        let [0xff, second, third, _] = at::<4>(head, 0)? else { return None };
        let (version, layer) = ((second >> 3) & 3, (second >> 1) & 3);
        if second & 0xe0 != 0xe0 || layer != 1 {
            return None;
        }
        // The length of 1152 samples in bytes, for a kilobit a second; later versions have half of them in a frame.
        let (rates, samples, slower) = match version {
            3 => (Self::RATES[0], 144_000, 1),
            2 => (Self::RATES[1], 72_000, 2),
            0 => (Self::RATES[1], 72_000, 4),
            _ => return None,
        };
        let rate = rates.get(usize::from(third >> 4).checked_sub(1)?)?;
        let sampling = Self::SAMPLING.get(usize::from((third >> 2) & 3))? / slower;
        let length = samples * rate / sampling + u64::from((third >> 1) & 1);
        Some(Self { sort: (version, (third >> 2) & 3), length })
    }
}

/// Two frames of one sort, the second where the first ends, after whatever tags there are.
fn mp3(file: &mut (impl Read + Seek), bytes: u64) -> io::Result<bool> {
    let mut begins = 0;
    for _ in 0..MOST_PARTS {
        match tag(&piece(file, begins, 10)?) {
            Some(length) => begins += length,
            None => break,
        }
    }
    let window = piece(file, begins, MP3_BEGINNING)?;
    for (passed, head) in window.windows(4).enumerate() {
        let Some(frame) = Frame::read(head) else { continue };
        let next = begins + passed as u64 + frame.length;
        let follows = Frame::read(&piece(file, next, 4)?);
        if next == bytes || follows.is_some_and(|follows| follows.sort == frame.sort) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The length in bytes of the tag that begins here (ID3v2.4, 3.1); none where none does.
fn tag(head: &[u8]) -> Option<u64> {
    let [b'I', b'D', b'3', _, _, flags, sizes @ ..] = at::<10>(head, 0)? else { return None };
    if sizes.iter().any(|size| *size >= 0x80) {
        return None;
    }
    let size = sizes.iter().fold(0, |size, seven| size << 7 | u64::from(*seven));
    Some(10 + size + if flags & 0x10 == 0 { 0 } else { 10 })
}

/// Boxes that fill the file one after the other (ISO 14496-12, 4.2): what it is first, and both what says how to play it
/// and the sound among them.
fn m4a(file: &mut (impl Read + Seek), bytes: u64) -> io::Result<bool> {
    let (mut here, mut told, mut sounds) = (0_u64, false, false);
    for part in 0..MOST_PARTS {
        let head = piece(file, here, 16)?;
        let (Some(size), Some(name)) = (at(&head, 0).map(u32::from_be_bytes), at::<4>(&head, 4)) else {
            return Ok(false);
        };
        let length = match size {
            0 => Some(bytes - here),
            1 => at(&head, 8).map(u64::from_be_bytes),
            size => Some(size.into()),
        };
        let end = length.filter(|length| *length >= 8).and_then(|length| here.checked_add(length));
        let Some(end) = end.filter(|end| *end <= bytes) else { return Ok(false) };
        if part == 0 && name != *b"ftyp" {
            return Ok(false);
        }
        told |= name == *b"moov";
        sounds |= name == *b"mdat";
        if told && sounds {
            return Ok(true);
        }
        here = end;
    }
    Ok(false)
}

/// How the first packet of a stream of sound begins: Opus, Vorbis, Speex, FLAC.
const STREAMS: [&[u8]; 4] = [b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC"];

/// A first page with its checksum, of a stream of sound, and another page after it (RFC 3533, 6).
fn ogg(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    let head = piece(file, 0, 27 + 255)?;
    let Some([b'O', b'g', b'g', b'S', 0, flags]) = at(&head, 0) else { return Ok(false) };
    let Some([segments]) = at(&head, 26) else { return Ok(false) };
    let body = 27 + usize::from(segments);
    let Some(lengths) = head.get(27..body) else { return Ok(false) };
    let length = body + lengths.iter().map(|length| usize::from(*length)).sum::<usize>();
    let page = piece(file, 0, length)?;
    let told = at(&page, 22).map(u32::from_le_bytes);
    let counted = page.iter().enumerate().map(|(place, byte)| if (22..26).contains(&place) { 0 } else { *byte });
    let packet = page.get(body..).unwrap_or_default();
    Ok(page.len() == length
        && flags & 2 != 0
        && told == Some(checksum(counted))
        && STREAMS.iter().any(|stream| packet.starts_with(stream))
        && piece(file, length as u64, 5)? == b"OggS\0")
}

/// The polynomial 0x04c11db7, from zero, nothing turned round (RFC 3533, 6).
fn checksum(page: impl Iterator<Item = u8>) -> u32 {
    page.fold(0, |sum: u32, byte| {
        (0..8).fold(
            sum ^ u32::from(byte) << 24,
            |sum, _| {
                if sum & 0x8000_0000 == 0 { sum << 1 } else { sum << 1 ^ 0x04c1_1db7 }
            },
        )
    })
}

/// Chunks one after the other, of which one says how the sound is kept and a later one is the sound (RIFF WAVE). What was
/// recorded into a pipe does not know how long it is.
fn wav(file: &mut (impl Read + Seek), bytes: u64) -> io::Result<bool> {
    const OPEN: [u32; 2] = [0, u32::MAX];
    let said = at(&piece(file, 4, 4)?, 0).map(u32::from_le_bytes);
    if !said.is_some_and(|said| OPEN.contains(&said) || u64::from(said) + 8 <= bytes) {
        return Ok(false);
    }
    let (mut here, mut told) = (12, false);
    for _ in 0..MOST_PARTS {
        let head = piece(file, here, 8 + 16)?;
        let (Some(name), Some(size)) = (at::<4>(&head, 0), at(&head, 4).map(u32::from_le_bytes)) else {
            return Ok(false);
        };
        match &name {
            b"fmt " => told = size >= 16 && is_format(&head),
            b"data" => return Ok(told),
            _ => {}
        }
        here += 8 + u64::from(size) + u64::from(size % 2);
    }
    Ok(false)
}

/// Whether a chunk says of a sound what all do: a coding, channels, samples a second and the bytes of one.
fn is_format(chunk: &[u8]) -> bool {
    let short = |from| at(chunk, from).map(u16::from_le_bytes).is_some_and(|number| number > 0);
    let long = |from| at(chunk, from).map(u32::from_le_bytes).is_some_and(|number| number > 0);
    short(8) && short(10) && long(12) && short(20)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn built(media_type: MediaType, content: &[u8]) -> bool {
        is_built(media_type, &mut Cursor::new(content)).unwrap()
    }

    /// Frames of 128 kilobits a second at 44.1 kHz.
    fn frames(number: usize) -> Vec<u8> {
        [b"\xff\xfb\x90\0".as_slice(), &[0; 413]].concat().repeat(number)
    }

    fn page(packet: &[u8]) -> Vec<u8> {
        let mut page = [b"OggS\0\x02".as_slice(), &[0; 20], &[1, u8::try_from(packet.len()).unwrap()], packet].concat();
        let sum = checksum(page.iter().copied());
        page.splice(22..26, sum.to_le_bytes());
        page
    }

    fn part(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).unwrap() + 8;
        [&length.to_be_bytes(), name.as_slice(), content].concat()
    }

    fn chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [name, u32::try_from(content.len()).unwrap().to_le_bytes().as_slice(), content].concat()
    }

    fn riff(chunks: &[u8]) -> Vec<u8> {
        let length = u32::try_from(chunks.len()).unwrap() + 4;
        [b"RIFF", length.to_le_bytes().as_slice(), b"WAVE", chunks].concat()
    }

    #[test]
    fn a_document_says_at_its_end_where_its_objects_are() {
        let built = |content: &[u8]| built(MediaType::Pdf, content);
        assert!(built(b"%PDF-1.7\n1 0 obj\nstartxref\n9\n%%EOF\n"));
        assert!(built(b"\n%PDF-2.0\r...startxref\r\n0\r\n%%EOF and what some programs add"));
        for wrong in [
            b"%PDF-1.7...startxref\n9\n%%E".as_slice(),
            b"%PDF-1.7...%%EOF",
            b"%PDF-1.7...startxref\nnine\n%%EOF",
            b"%PDF-1.7...startxref\n99999\n%%EOF",
            b"%PDF and nothing...startxref\n9\n%%EOF",
        ] {
            assert!(!built(wrong), "{}", String::from_utf8_lossy(wrong));
        }
        let far = [b"%PDF-1.7\nstartxref\n9\n%%EOF".as_slice(), &[b' '; PDF_END]].concat();
        assert!(!built(&far));
    }

    #[test]
    fn a_sound_in_frames_has_two_of_one_sort_one_after_the_other() {
        let built = |content: &[u8]| built(MediaType::Mp3, content);
        // A tag of 130 bytes, in sevens of bits.
        let tagged = [b"ID3\x04\0\0\0\0\x01\x02".as_slice(), &[7; 130], &frames(2)].concat();
        assert!(built(&tagged) && built(&frames(2)) && built(&frames(1)));
        let padded = [b"ID3\x04\0\0\0\0\0\0".as_slice(), &[0; 100], &frames(3)].concat();
        assert!(built(&padded));
        // 64 kilobits a second at 22.05 kHz, as telephone exchanges record.
        let slow = [b"\xff\xf3\x80\0".as_slice(), &[0; 204]].concat().repeat(2);
        assert!(built(&slow));
        for wrong in [
            [b"ID3\x04".as_slice(), &[7; 5000]].concat(),
            [b"\xff\xfb\x90\0".as_slice(), b"<script>alert(1)</script>".repeat(40).as_slice()].concat(),
            [frames(1), vec![0; 300]].concat(),
            tagged[..200].to_vec(),
            b"\xff\xfb".to_vec(),
        ] {
            assert!(!built(&wrong), "{:?}", &wrong[..2]);
        }
    }

    #[test]
    fn a_sound_in_boxes_has_what_says_how_to_play_it() {
        let built = |content: &[u8]| built(MediaType::M4a, content);
        let (kind, index, sound) = (part(b"ftyp", b"M4A \0\0\0\0"), part(b"moov", b"..."), part(b"mdat", b"....."));
        assert!(built(&[kind.as_slice(), &index, &part(b"free", b""), &sound].concat()));
        let wide = [b"\0\0\0\x01mdat\0\0\0\0\0\0\0\x14".as_slice(), b"....", &index].concat();
        assert!(built(&[kind.as_slice(), &wide].concat()));
        let last = [b"\0\0\0\0mdat".as_slice(), b"...."].concat();
        assert!(built(&[kind.as_slice(), &index, &last].concat()));
        for wrong in [
            kind.clone(),
            [kind.as_slice(), &index].concat(),
            [kind.as_slice(), &sound, &index[..9]].concat(),
            [index.as_slice(), &kind, &sound].concat(),
            [kind.as_slice(), b"\0\0\0\x04moov", &sound].concat(),
            [kind.as_slice(), b"\0\0\0\x01mdat\xff\xff\xff\xff\xff\xff\xff\xff"].concat(),
        ] {
            assert!(!built(&wrong), "{wrong:?}");
        }
    }

    #[test]
    fn a_sound_in_pages_has_a_first_page_that_adds_up_and_a_coding_that_is_known() {
        let built = |content: &[u8]| built(MediaType::Ogg, content);
        let after = b"OggS\0\0 and so on".as_slice();
        for known in STREAMS {
            assert!(built(&[page(known).as_slice(), after].concat()), "{known:?}");
        }
        let mut wrong = page(b"OpusHead");
        wrong[30] ^= 1;
        for wrong in [
            [wrong.as_slice(), after].concat(),
            [page(b"\x80theora").as_slice(), after].concat(),
            page(b"OpusHead"),
            page(b"OpusHead")[..20].to_vec(),
            [b"OggS".as_slice(), &[0; 60]].concat(),
        ] {
            assert!(!built(&wrong), "{wrong:?}");
        }
    }

    #[test]
    fn the_checksum_of_a_page_is_that_of_everybody_else() {
        // The check value of CRC-32/MPEG-2's polynomial from zero without a last turn.
        assert_eq!(checksum(b"123456789".iter().copied()), 0x89a1_897f);
    }

    #[test]
    fn a_sound_in_chunks_says_how_it_is_kept_before_it_begins() {
        let built = |content: &[u8]| built(MediaType::Wav, content);
        let format = chunk(b"fmt ", &[1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0]);
        let (list, sound) = (chunk(b"LIST", b"INFO"), chunk(b"data", &[0; 32]));
        let whole = riff(&[format.as_slice(), &list, &sound].concat());
        assert!(built(&whole));
        let mut open = whole.clone();
        open.splice(4..8, [0xff; 4]);
        assert!(built(&open), "recorded into a pipe");
        for wrong in [
            riff(&sound),
            riff(&format),
            riff(&[sound.as_slice(), &format].concat()),
            riff(&[chunk(b"fmt ", &[0; 16]).as_slice(), &sound].concat()),
            whole[..whole.len() - 1].to_vec(),
            [b"RIFF\x24\0\0\0WAVEfmt ".as_slice(), &[0; 40]].concat(),
        ] {
            assert!(!built(&wrong), "{wrong:?}");
        }
    }
}

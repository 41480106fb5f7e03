//! The files of the demonstration: photographs, letters and notes as chance draws them. Nobody is in any of them.
//!
//! Makes bytes and nothing else: how they come in and where they are kept is `shelf.rs`'s.

use std::io::Cursor;

use domain::attachment::AttachmentKind;
use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, ImageResult, Rgb, RgbImage};

use super::chance::Chance;
use super::plot::Entry;

/// Width of a photograph, in pixels.
const WIDTH: u32 = 320;

/// Its height.
const HEIGHT: u32 = 240;

/// How well a photograph is kept, of a hundred.
const QUALITY: u8 = 80;

/// A file as somebody sends it.
#[derive(Clone, Debug)]
pub struct Sent {
    /// What it is to its petition.
    pub kind: AttachmentKind,
    /// What its sender calls it.
    pub name: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// What somebody brings who does not write a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Thing {
    Photograph,
    Screenshot,
    Identity,
    Note,
}

/// What is brought how often, of a hundred times.
const THINGS: [(i64, Thing); 4] =
    [(76, Thing::Photograph), (10, Thing::Screenshot), (8, Thing::Identity), (6, Thing::Note)];

/// What comes with a petition that came in this way.
///
/// # Errors
/// When a picture cannot be written, which memory does not refuse.
pub fn brought(entry: Entry, chance: &mut Chance) -> ImageResult<Sent> {
    let number = chance.between(1, 9_999);
    if entry == Entry::Letter {
        let content = document(&["A la Presidencia Municipal", "Solicitud de los vecinos.", FICTION], number);
        return Ok(Sent { kind: AttachmentKind::Citizen, name: format!("oficio {number}.pdf"), content });
    }
    Ok(match thing(entry, chance) {
        Thing::Screenshot => {
            let (name, content) = (format!("captura {number}.png"), screenshot(chance)?);
            Sent { kind: AttachmentKind::Citizen, name, content }
        }
        Thing::Identity => {
            Sent {
                kind: AttachmentKind::Identity, name: "identificación.jpg".to_owned(), content: photograph(chance)?
            }
        }
        Thing::Note => {
            let content =
                document(&["Nota interna", "Se llamó de nuevo para confirmar el domicilio.", FICTION], number);
            Sent { kind: AttachmentKind::Internal, name: format!("nota {number}.pdf"), content }
        }
        Thing::Photograph => {
            let (name, content) = (format!("foto {number}.jpg"), photograph(chance)?);
            Sent { kind: AttachmentKind::Citizen, name, content }
        }
    })
}

/// Who does not say who they are shows no document that does.
fn thing(entry: Entry, chance: &mut Chance) -> Thing {
    let thing = *chance.weighed(&THINGS);
    if thing == Thing::Identity && entry == Entry::Anonymous { Thing::Photograph } else { thing }
}

/// What a dependency shows of its work.
///
/// # Errors
/// When a picture cannot be written, which memory does not refuse.
pub fn evidence(chance: &mut Chance) -> ImageResult<Sent> {
    let name = format!("trabajo terminado {}.jpg", chance.between(1, 9_999));
    Ok(Sent { kind: AttachmentKind::Evidence, name, content: photograph(chance)? })
}

/// What every document of the demonstration says.
const FICTION: &str = "Esta ciudad no existe, y este documento tampoco.";

fn photograph(chance: &mut Chance) -> ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    scene(chance).write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, QUALITY))?;
    Ok(bytes)
}

fn screenshot(chance: &mut Chance) -> ImageResult<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    scene(chance).write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

/// A street under the sky, and something in it.
fn scene(chance: &mut Chance) -> RgbImage {
    let mut part = |low, high| u8::try_from(chance.between(low, high)).unwrap_or(u8::MAX);
    let sky = [part(110, 200), part(150, 220), part(190, 255)];
    let street = [part(100, 160), part(90, 140), part(80, 120)];
    let thing = [part(10, 240), part(10, 240), part(10, 240)];
    let (horizon, size) = (chance.between(70, 120), chance.between(20, 60));
    let (middle, height) = (chance.between(60, 260), chance.between(140, 210));
    RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let (across, down) = (i64::from(x) - middle, (i64::from(y) - height) * 2);
        let colour = if across * across + down * down < size * size {
            thing
        } else if i64::from(y) < horizon {
            sky
        } else {
            street
        };
        let shade = u8::try_from(y / 8).unwrap_or(u8::MAX);
        Rgb(colour.map(|part| part.saturating_sub(shade)))
    })
}

/// One page with lines of text and a number: objects, a table of where each begins, and where that is (ISO 32000-1, 7.5).
fn document(lines: &[&str], number: i64) -> Vec<u8> {
    let numbered = format!("No. {number}");
    let shown = lines.iter().copied().chain([numbered.as_str()]).map(|line| format!("({}) Tj T*\n", lettered(line)));
    let page = format!("BT /F1 12 Tf 16 TL 72 720 Td\n{}ET", shown.collect::<String>());
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 4 0 R >> >> /Contents 5 0 R >>"
            .to_owned(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{page}\nendstream", page.len()),
    ];
    let (mut written, mut table) = ("%PDF-1.4\n".to_owned(), "0000000000 65535 f \n".to_owned());
    for (object, at) in objects.iter().zip(1..) {
        table += &format!("{:010} 00000 n \n", written.len());
        written += &format!("{at} 0 obj\n{object}\nendobj\n");
    }
    let (place, count) = (written.len(), objects.len() + 1);
    written +=
        &format!("xref\n0 {count}\n{table}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{place}\n%%EOF\n");
    written.into_bytes()
}

/// As a string of a page (ISO 32000-1, 7.3.4.2): letters that are no plain ones by their octal number in WinAnsi, where
/// Spanish has the same as in Unicode.
fn lettered(line: &str) -> String {
    let letter = |c: char| match u8::try_from(c) {
        Ok(byte) if byte.is_ascii_alphanumeric() || b" .,".contains(&byte) => c.to_string(),
        Ok(byte) => format!("\\{byte:03o}"),
        Err(_) => "?".to_owned(),
    };
    line.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_says_truly_where_each_of_its_objects_begins() {
        let letter = String::from_utf8(brought(Entry::Letter, &mut Chance::new(3)).unwrap().content).unwrap();
        assert!(letter.starts_with("%PDF-1.4\n") && letter.ends_with("\n%%EOF\n"), "{letter}");
        let table: usize = letter.rsplit("startxref\n").next().unwrap().lines().next().unwrap().parse().unwrap();
        let mut entries = letter[table..].lines();
        assert_eq!((entries.next(), entries.next()), (Some("xref"), Some("0 6")));
        for (entry, at) in entries.skip(1).take(5).zip(1..) {
            assert_eq!(entry.len(), 19, "with its end a line has twenty bytes");
            let begins: usize = entry[..10].parse().unwrap();
            assert!(letter[begins..].starts_with(&format!("{at} 0 obj\n")), "{entry}");
        }
        let (_, stream) = letter.split_once("stream\n").unwrap();
        let (stream, _) = stream.split_once("\nendstream").unwrap();
        assert!(letter.contains(&format!("/Length {} >>", stream.len())));
        assert!(stream.contains("(Solicitud de los vecinos.) Tj"), "{stream}");
    }

    #[test]
    fn letters_beyond_ascii_are_told_by_their_number() {
        assert_eq!(lettered("Petición (1)"), r"Petici\363n \0501\051");
        assert_eq!(lettered("日"), "?");
    }

    #[test]
    fn the_same_chance_draws_the_same_picture_and_another_another() {
        let drawn = |seed| evidence(&mut Chance::new(seed)).unwrap().content;
        assert_eq!(drawn(5), drawn(5));
        assert_ne!(drawn(5), drawn(6));
        let seen = image::load_from_memory(&drawn(5)).unwrap();
        assert_eq!((seen.width(), seen.height()), (WIDTH, HEIGHT));
    }

    #[test]
    fn who_gives_no_name_shows_no_document_that_has_one() {
        let identified = |entry| (0..100).any(|seed| thing(entry, &mut Chance::new(seed)) == Thing::Identity);
        assert!(identified(Entry::Ordinary) && !identified(Entry::Anonymous));
    }
}

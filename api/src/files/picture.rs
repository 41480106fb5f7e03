//! Pictures: freed of whatever is not the picture, looked at for what hides in them, and made small.
//!
//! Where a photograph was taken and with what, comments, previews and whatever follows the picture's end are not
//! kept; how it is turned is. Never more than a bounded part of a picture is unpacked, whatever size it claims.

use std::io::{self, Cursor, Write};

use actix_web::web::Bytes;
use domain::attachment::MediaType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageFormat, ImageReader, Limits, Rgb, RgbImage};
use img_parts::ImageEXIF;
use img_parts::jpeg::{Jpeg, JpegSegment, markers};
use img_parts::png::Png;
use img_parts::webp::WebP;
use jpeg_decoder::{CodingProcess, Decoder, PixelFormat};

use super::profile;

/// Most pixels that a picture may claim; the largest that telephones make.
const MOST_PIXELS: u64 = 200_000_000;

/// Most bytes of a picture, which is held whole while it is looked at.
pub const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Most pixels of a photograph in several passes, all of which have to be held to make it small: two bytes for each
/// pixel and component.
const MOST_PROGRESSIVE: u64 = 12_000_000;

/// Most passes of a photograph: programs make ten, and each costs as much as the whole picture.
const MOST_PASSES: usize = 100;

/// Most memory, in bytes, that unpacking a PNG or WebP may take.
const MOST_MEMORY: u64 = 64 * 1024 * 1024;

/// The longer side of a small picture, in pixels.
pub const SIDE: u32 = 320;

/// What is wrong with a picture.
#[derive(Debug)]
pub enum Fault {
    /// It is cut off, or no picture after all.
    Damaged,
    /// Something hides in it that a browser or a program would run.
    Suspicious,
    /// It has more bytes, or claims more pixels, than are taken.
    TooLarge,
    /// The disk's.
    Io(io::Error),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// What was found of a picture.
#[derive(Debug, PartialEq, Eq)]
pub struct Seen {
    /// Width and height as it is stored, in pixels.
    pub pixels: (u32, u32),
    /// The same, small and as it is to be looked at, as JPEG; none where it is too large to be made small.
    pub small: Option<Vec<u8>>,
}

/// Looks at a picture and writes what is kept of it.
///
/// # Errors
/// [`Fault`].
pub fn clean(media_type: MediaType, content: Bytes, out: &mut dyn Write) -> Result<Seen, Fault> {
    match media_type {
        MediaType::Jpeg => jpeg(content, out),
        MediaType::Png => png(content, out),
        MediaType::Webp => webp(content, out),
        MediaType::Pdf | MediaType::Mp3 | MediaType::M4a | MediaType::Ogg | MediaType::Wav => Err(Fault::Damaged),
    }
}

fn jpeg(content: Bytes, out: &mut dyn Write) -> Result<Seen, Fault> {
    let mut parts = Jpeg::from_bytes(content.clone()).map_err(|_| Fault::Damaged)?;
    let (width, height) = parts.dimensions().ok_or(Fault::Damaged)?;
    let pixels = sized(width.into(), height.into())?;
    let turned = orientation(parts.exif());
    nothing_hides(parts.segments().iter().map(JpegSegment::contents))?;

    // After the header of the first scan everything is one piece to the library: also what follows the picture.
    let scan = parts.segments_mut().pop().filter(JpegSegment::has_entropy).ok_or(Fault::Damaged)?;
    let rest = content.slice(content.len() - (scan.len_with_entropy() - scan.len())..);
    let end = end_of_scans(&rest)?;
    nothing_hides([&rest.slice(end..)])?;

    parts.segments_mut().retain(is_kept);
    parts.segments_mut().iter_mut().filter(|one| one.marker() == markers::APP0).for_each(without_preview);
    let scan = JpegSegment::new_with_entropy(scan.marker(), scan.contents().clone(), rest.slice(..end));
    parts.segments_mut().push(scan);
    parts.set_exif(turned_only(turned));
    parts.encoder().write_to(out)?;
    Ok(Seen { pixels, small: small_jpeg(&content, turned)? })
}

/// The segments without which it is not the picture: frame, tables, scan, and what says how colours are meant.
fn is_kept(segment: &JpegSegment) -> bool {
    let begins = |name: &[u8]| segment.contents().starts_with(name);
    match segment.marker() {
        0xc0..=0xcf | markers::DQT | 0xdc..=0xdf | markers::SOS => true,
        markers::APP0 => begins(b"JFIF\0"),
        markers::APP2 => begins(b"ICC_PROFILE\0"),
        markers::APP14 => begins(b"Adobe"),
        _ => false,
    }
}

/// A JFIF header may hold a small picture, and not always of the same (ITU-T T.871, 10.1): twelve bytes say how the
/// picture is meant, the two after them how large the small one is.
fn without_preview(header: &mut JpegSegment) {
    if let Some(said) = header.contents().get(..12) {
        *header = JpegSegment::new_with_contents(markers::APP0, Bytes::from([said, &[0, 0]].concat()));
    }
}

/// Where the picture ends: after its EOI marker (ITU-T T.81, B.1.1). Between the scans stand tables only.
fn end_of_scans(rest: &[u8]) -> Result<usize, Fault> {
    let byte = |at: usize| rest.get(at).copied().ok_or(Fault::Damaged);
    let (mut at, mut passes) = (0, 1);
    loop {
        if passes > MOST_PASSES {
            return Err(Fault::Suspicious);
        }
        if byte(at)? != 0xff {
            at += 1;
            continue;
        }
        match byte(at + 1)? {
            // A stuffed byte, a restart, a filler.
            0x00 | 0xd0..=0xd7 => at += 2,
            0xff => at += 1,
            0xd9 => return Ok(at + 2),
            next @ (0xc4 | 0xda..=0xdd) => {
                passes += usize::from(next == 0xda);
                at += 2 + usize::from(u16::from_be_bytes([byte(at + 2)?, byte(at + 3)?]));
            }
            // A comment or an application's own data has no business here.
            _ => return Err(Fault::Suspicious),
        }
    }
}

fn png(content: Bytes, out: &mut dyn Write) -> Result<Seen, Fault> {
    let mut parts = Png::from_bytes(content.clone()).map_err(|_| Fault::Damaged)?;
    let (width, height) = parts.dimensions().ok_or(Fault::Damaged)?;
    let pixels = sized(width, height)?;
    let end = parts.len();
    let whole = parts.chunks().last().is_some_and(|last| last.kind() == *b"IEND");
    if !whole || end > content.len() {
        return Err(Fault::Damaged);
    }
    let turned = orientation(parts.exif());
    let kept = |kind: [u8; 4]| KEPT_OF_PNG.contains(&&kind);
    if !parts.chunks().iter().all(|one| is_sized(one.kind(), one.contents().len())) {
        return Err(Fault::Damaged);
    }
    nothing_hides(parts.chunks().iter().filter(|one| one.kind() != *b"IDAT").map(|one| one.contents()))?;
    nothing_hides([&content.slice(end..)])?;
    let mut coloured = true;
    for chunk in parts.chunks().iter().filter(|one| one.kind() == *b"iCCP") {
        let packed = profile::unpacked(chunk.contents())?.map(Bytes::from);
        nothing_hides(&packed)?;
        coloured &= packed.is_some_and(|packed| profile::is_one(&packed));
    }
    parts.chunks_mut().retain(|chunk| kept(chunk.kind()) && (coloured || chunk.kind() != *b"iCCP"));
    parts.set_exif(turned_only(turned));
    parts.encoder().write_to(out)?;
    Ok(Seen { pixels, small: small(&content, ImageFormat::Png, turned)? })
}

/// Whether a chunk of a fixed length has it, so that it holds nothing else (PNG, third edition, 11).
fn is_sized(kind: [u8; 4], length: usize) -> bool {
    match &kind {
        b"PLTE" => length <= 768 && length.is_multiple_of(3),
        b"gAMA" => length == 4,
        b"cHRM" => length == 32,
        b"sRGB" => length == 1,
        b"sBIT" => (1..=4).contains(&length),
        b"pHYs" => length == 9,
        b"tRNS" => length <= 256,
        _ => true,
    }
}

/// The picture, and how its colours are meant (PNG, third edition, 11).
const KEPT_OF_PNG: [&[u8; 4]; 11] =
    [b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs"];

fn webp(content: Bytes, out: &mut dyn Write) -> Result<Seen, Fault> {
    let mut parts = WebP::from_bytes(content.clone()).map_err(|_| Fault::Damaged)?;
    let (width, height) = parts.dimensions().ok_or(Fault::Damaged)?;
    let pixels = sized(width, height)?;
    let end = usize::try_from(parts.len()).unwrap_or(usize::MAX);
    let turned = orientation(parts.exif());
    let kept = |id: [u8; 4]| KEPT_OF_WEBP.contains(&&id);
    let others = parts.chunks().iter().filter(|one| !PIXELS_OF_WEBP.contains(&&one.id()));
    nothing_hides(others.filter_map(|one| one.content().data()))?;
    if let Some(rest) = content.get(end..) {
        nothing_hides([&Bytes::copy_from_slice(rest)])?;
    }
    parts.chunks_mut().retain(|chunk| kept(chunk.id()));
    parts.set_exif(turned_only(turned));
    parts.encoder().write_to(out)?;
    Ok(Seen { pixels, small: small(&content, ImageFormat::WebP, turned)? })
}

/// What is compressed, in which anything may stand by chance (RFC 9649, 2.5 to 2.7).
const PIXELS_OF_WEBP: [&[u8; 4]; 4] = [b"VP8 ", b"VP8L", b"ALPH", b"ANMF"];

/// The picture, its frames, and how its colours are meant (RFC 9649, 2.7).
const KEPT_OF_WEBP: [&[u8; 4]; 7] = [b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"];

fn sized(width: u32, height: u32) -> Result<(u32, u32), Fault> {
    match u64::from(width) * u64::from(height) {
        0 => Err(Fault::Damaged),
        pixels if pixels > MOST_PIXELS => Err(Fault::TooLarge),
        _ => Ok((width, height)),
    }
}

/// How a picture is turned: the one thing of its metadata that it needs.
fn orientation(exif: Option<Bytes>) -> Orientation {
    exif.and_then(|exif| Orientation::from_exif_chunk(&exif)).unwrap_or(Orientation::NoTransforms)
}

/// Metadata that says how the picture is turned and nothing else; none where it stands upright. One directory of
/// one entry: `Orientation`, a short (Exif 2.32, 4.6.4).
fn turned_only(turned: Orientation) -> Option<Bytes> {
    let way = match turned {
        Orientation::NoTransforms => return None,
        turned => turned.to_exif(),
    };
    let mut exif = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([way, 0, 0, 0, 0, 0, 0]);
    Some(Bytes::from(exif))
}

/// Refuses what a browser, an interpreter or an unpacker would take for its own in what is not the picture.
fn nothing_hides<'p>(parts: impl IntoIterator<Item = &'p Bytes>) -> Result<(), Fault> {
    const MARKUP: [&[u8]; 8] =
        [b"<script", b"<html", b"<svg", b"<iframe", b"<body", b"<!doctype html", b"<?php", b"javascript:"];
    const BEGINNINGS: [&[u8]; 4] = [b"PK\x03\x04", b"#!/", b"MZ", b"Rar!"];
    for part in parts {
        let folded = part.to_ascii_lowercase();
        let holds = |mark: &[u8]| folded.windows(mark.len()).any(|some| some == mark);
        let begins = BEGINNINGS.iter().any(|mark| part.starts_with(mark));
        if begins || MARKUP.iter().any(|mark| holds(mark)) || holds(b"%pdf-") {
            return Err(Fault::Suspicious);
        }
    }
    Ok(())
}

/// A photograph, unpacked at an eighth of its size where that is enough.
fn small_jpeg(content: &[u8], turned: Orientation) -> Result<Option<Vec<u8>>, Fault> {
    let mut decoder = Decoder::new(Cursor::new(content));
    decoder.set_max_decoding_buffer_size(usize::try_from(MOST_MEMORY).unwrap_or(usize::MAX));
    let Some(info) = known(decoder.read_info())?.and_then(|()| decoder.info()) else { return Ok(None) };
    let pixels = u64::from(info.width) * u64::from(info.height);
    if info.coding_process == CodingProcess::DctProgressive && pixels > MOST_PROGRESSIVE {
        return Ok(None);
    }
    let side = u16::try_from(SIDE).unwrap_or(u16::MAX);
    let Some((width, height)) = known(decoder.scale(side, side))? else { return Ok(None) };
    let Some(bytes) = known(decoder.decode())? else { return Ok(None) };
    let (width, height) = (u32::from(width), u32::from(height));
    let picture = match info.pixel_format {
        PixelFormat::RGB24 => RgbImage::from_raw(width, height, bytes).map(DynamicImage::from),
        PixelFormat::L8 => image::GrayImage::from_raw(width, height, bytes).map(DynamicImage::from),
        PixelFormat::CMYK32 => RgbImage::from_raw(width, height, from_cmyk(&bytes)).map(DynamicImage::from),
        // Nothing that makes such pictures is at hand: it is kept and not made small.
        PixelFormat::L16 => return Ok(None),
    };
    picture.map(|picture| shrunk(picture, turned)).ok_or(Fault::Damaged)
}

/// What the decoder gave; none for what it does not know, which is no fault of the picture.
fn known<T>(decoded: Result<T, jpeg_decoder::Error>) -> Result<Option<T>, Fault> {
    match decoded {
        Ok(decoded) => Ok(Some(decoded)),
        Err(jpeg_decoder::Error::Unsupported(_)) => Ok(None),
        Err(_) => Err(Fault::Damaged),
    }
}

fn from_cmyk(bytes: &[u8]) -> Vec<u8> {
    let (pixels, _) = bytes.as_chunks::<4>();
    let mixed = |ink: u8, key: u8| u8::try_from(u16::from(ink) * u16::from(key) / 255).unwrap_or(u8::MAX);
    pixels.iter().flat_map(|[c, m, y, k]| [mixed(*c, *k), mixed(*m, *k), mixed(*y, *k)]).collect()
}

fn small(content: &[u8], format: ImageFormat, turned: Orientation) -> Result<Option<Vec<u8>>, Fault> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(content), format);
    reader.limits(limits);
    match reader.decode() {
        Ok(picture) => Ok(shrunk(picture, turned)),
        Err(image::ImageError::Limits(_) | image::ImageError::Unsupported(_)) => Ok(None),
        Err(_) => Err(Fault::Damaged),
    }
}

/// Small, upright, on white where it is transparent, as JPEG.
fn shrunk(picture: DynamicImage, turned: Orientation) -> Option<Vec<u8>> {
    let fits = picture.width() <= SIDE && picture.height() <= SIDE;
    let mut picture = if fits { picture } else { picture.thumbnail(SIDE, SIDE) };
    picture.apply_orientation(turned);
    let over_white = |colour: u8, alpha: u8| {
        let mixed = (u16::from(colour) * u16::from(alpha) + 255 * (255 - u16::from(alpha))) / 255;
        u8::try_from(mixed).unwrap_or(u8::MAX)
    };
    let picture = picture.to_rgba8();
    let flat = RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [r, g, b, alpha] = picture.get_pixel(x, y).0;
        Rgb([over_white(r, alpha), over_white(g, alpha), over_white(b, alpha)])
    });
    let mut small = Vec::new();
    let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut small, 75);
    flat.write_with_encoder(encoder).ok().map(|()| small)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photograph() -> Jpeg {
        let mut bytes = Cursor::new(Vec::new());
        RgbImage::new(40, 30).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
        Jpeg::from_bytes(bytes.into_inner().into()).unwrap()
    }

    fn cleaned(parts: Jpeg) -> Result<Vec<u8>, Fault> {
        let mut kept = Vec::new();
        clean(MediaType::Jpeg, parts.encoder().bytes(), &mut kept).map(|_| kept)
    }

    #[test]
    fn a_photograph_s_header_keeps_no_preview() {
        let mut parts = photograph();
        parts.segments_mut().retain(|one| one.marker() != markers::APP0);
        let header = b"JFIF\0\x01\x02\x01\0\x48\0\x48\x02\x01spied!";
        parts.segments_mut().insert(0, JpegSegment::new_with_contents(markers::APP0, Bytes::from_static(header)));
        let kept = cleaned(parts).unwrap();
        assert!(!kept.windows(6).any(|some| some == b"spied!"));
        assert!(kept.starts_with(b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x02\x01\0\x48\0\x48\0\0"));
        assert_eq!(image::load_from_memory(&kept).unwrap().width(), 40);
    }

    #[test]
    fn nothing_hides_in_what_says_how_colours_are_meant() {
        let mut parts = photograph();
        let profile = Bytes::from_static(b"ICC_PROFILE\0\x01\x01 <script>alert(1)</script>");
        parts.segments_mut().insert(1, JpegSegment::new_with_contents(markers::APP2, profile));
        assert!(matches!(cleaned(parts), Err(Fault::Suspicious)));
    }

    #[test]
    fn a_photograph_does_not_come_in_more_passes_than_anybody_makes() {
        let mut scans = [b"\xff\xda\0\x02".repeat(MOST_PASSES - 1), b"\xff\xd9".to_vec()].concat();
        assert_eq!(end_of_scans(&scans).unwrap(), scans.len());
        scans.splice(..0, *b"\xff\xda\0\x02");
        assert!(matches!(end_of_scans(&scans), Err(Fault::Suspicious)));
    }
}

//! What a PNG says of its colours in a packed piece (`iCCP`): unpacked within a bound, so that nothing hides in it.

use std::io::Read;

use flate2::bufread::ZlibDecoder;

use super::picture::Fault;

/// Most bytes of a profile, unpacked: those of printing presses have two million.
const MOST: u64 = 4 * 1024 * 1024;

/// Bytes of a profile's header (ICC.1:2022, 7.2).
const HEADER: usize = 128;

/// What is packed in a chunk: a name, a zero, the method, and the profile (PNG, third edition, 11.3.2.3). None where
/// nobody could unpack it, or something else stands behind it.
///
/// # Errors
/// [`Fault::Suspicious`] where it is larger than any profile.
pub fn unpacked(chunk: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
    let mut parts = chunk.splitn(2, |byte| *byte == 0);
    let (Some(_), Some([0, packed @ ..])) = (parts.next(), parts.next()) else { return Ok(None) };
    let (mut decoder, mut profile) = (ZlibDecoder::new(packed), Vec::new());
    let read = decoder.by_ref().take(MOST + 1).read_to_end(&mut profile);
    if profile.len() as u64 > MOST {
        return Err(Fault::Suspicious);
    }
    let whole = read.is_ok() && decoder.total_in() == packed.len() as u64;
    Ok(whole.then_some(profile))
}

/// Whether it is a profile, as its header says: its size and its mark.
#[must_use]
pub fn is_one(profile: &[u8]) -> bool {
    let size = profile.first_chunk().map(|size| u32::from_be_bytes(*size));
    let told = size.and_then(|size| usize::try_from(size).ok());
    profile.len() >= HEADER && told == Some(profile.len()) && profile.get(36..40) == Some(b"acsp")
}

#[cfg(test)]
mod tests {
    use actix_web::web::Bytes;
    use domain::attachment::MediaType;
    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use image::{ImageFormat, RgbImage};
    use img_parts::ImageICC;
    use img_parts::png::{Png, PngChunk};
    use img_parts::webp::WebP;
    use std::io::{Cursor, Write};

    use super::super::picture::clean;
    use super::*;

    fn picture(format: ImageFormat) -> Bytes {
        let mut bytes = Cursor::new(Vec::new());
        RgbImage::new(40, 30).write_to(&mut bytes, format).unwrap();
        bytes.into_inner().into()
    }

    fn profile(words: &[u8]) -> Vec<u8> {
        let mut profile = [[0; HEADER].as_slice(), words].concat();
        let size = u32::try_from(profile.len()).unwrap();
        profile.splice(..4, size.to_be_bytes());
        profile.splice(36..40, *b"acsp");
        profile
    }

    fn packed(profile: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(profile).unwrap();
        encoder.finish().unwrap()
    }

    /// What is kept of a PNG with such a packed profile; none where it is refused.
    fn kept(packed: &[u8]) -> Result<Png, Fault> {
        let mut parts = Png::from_bytes(picture(ImageFormat::Png)).unwrap();
        let chunk = [b"Display P3\0\0".as_slice(), packed].concat();
        parts.chunks_mut().insert(1, PngChunk::new(*b"iCCP", chunk.into()));
        let mut kept = Vec::new();
        clean(MediaType::Png, parts.encoder().bytes(), &mut kept)?;
        Ok(Png::from_bytes(kept.into()).unwrap())
    }

    fn has_profile(png: &Png) -> bool {
        png.chunks().iter().any(|chunk| chunk.kind() == *b"iCCP")
    }

    #[test]
    fn a_profile_is_kept_and_what_is_none_is_not() {
        assert!(has_profile(&kept(&packed(&profile(b"desc"))).unwrap()));
        let behind = [packed(&profile(b"desc")), packed(b"<script>alert(1)</script>")].concat();
        for none in [packed(b"not a profile"), behind, b"not packed".to_vec(), Vec::new()] {
            assert!(!has_profile(&kept(&none).unwrap()), "{none:?}");
        }
    }

    #[test]
    fn nothing_hides_in_a_packed_profile() {
        let script = packed(&profile(b"<script>alert(1)</script>"));
        assert!(!script.windows(7).any(|some| some == b"<script"), "it is not seen before it is unpacked");
        assert!(matches!(kept(&script), Err(Fault::Suspicious)));
        assert!(matches!(kept(&packed(b"<script>alert(1)</script>")), Err(Fault::Suspicious)));
        let enormous = packed(&vec![0; 5 * 1024 * 1024]);
        assert!(enormous.len() < 10_000);
        assert!(matches!(kept(&enormous), Err(Fault::Suspicious)));
    }

    #[test]
    fn nothing_hides_in_what_else_says_how_colours_are_meant() {
        let with = |kind: &[u8; 4], content: &'static [u8]| {
            let mut parts = Png::from_bytes(picture(ImageFormat::Png)).unwrap();
            parts.chunks_mut().insert(1, PngChunk::new(*kind, Bytes::from_static(content)));
            clean(MediaType::Png, parts.encoder().bytes(), &mut Vec::new())
        };
        assert!(with(b"gAMA", &[0, 0, 0xb1, 0x8f]).is_ok());
        assert!(matches!(with(b"gAMA", b"<script>alert(1)</script>"), Err(Fault::Damaged)));
        assert!(matches!(with(b"tEXt", b"Comment\0<script>alert(1)</script>"), Err(Fault::Suspicious)));

        let webp = |profile: Vec<u8>| {
            let mut parts = WebP::from_bytes(picture(ImageFormat::WebP)).unwrap();
            parts.set_icc_profile(Some(profile.into()));
            clean(MediaType::Webp, parts.encoder().bytes(), &mut Vec::new())
        };
        assert!(webp(profile(b"desc")).is_ok());
        assert!(matches!(webp(profile(b"<script>alert(1)</script>")), Err(Fault::Suspicious)));
    }
}

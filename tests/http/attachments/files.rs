//! Files made for the tests, good and bad, and the parts of a form.

use image::{ImageFormat, Rgb, RgbImage};
use img_parts::ImageEXIF as _;
use img_parts::jpeg::{Jpeg, JpegSegment};
use img_parts::png::{Png, PngChunk};

/// The type of a form of these parts.
pub const FORM: &str = "multipart/form-data; boundary=frontera";

/// What comes after the last part.
pub const END: &[u8] = b"--frontera--\r\n";

/// One part of a form.
pub fn part(name: &str, file_name: Option<&str>, media_type: Option<&str>, content: &[u8]) -> Vec<u8> {
    let mut head = format!("--frontera\r\nContent-Disposition: form-data; name=\"{name}\"");
    if let Some(file_name) = file_name {
        head.push_str(&format!("; filename=\"{file_name}\""));
    }
    head.push_str("\r\n");
    if let Some(media_type) = media_type {
        head.push_str(&format!("Content-Type: {media_type}\r\n"));
    }
    head.push_str("\r\n");
    [head.as_bytes(), content, b"\r\n"].concat()
}

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let channel = |number: u32| u8::try_from(number % 256).unwrap();
    let picture = RgbImage::from_fn(width, height, |x, y| Rgb([channel(x), channel(y), 90]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A photograph; with a way to turn it, one whose metadata also says where it was taken.
pub fn jpeg(width: u32, height: u32, turned: Option<u8>) -> Vec<u8> {
    let plain = picture(width, height, ImageFormat::Jpeg);
    let Some(turned) = turned else { return plain };
    // Two entries: how it is turned, and the camera's words, which lie behind the directory.
    let mut exif = b"MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    exif.extend(b"\x01\x10\0\x02\0\0\0\x09\0\0\0\x26");
    exif.extend([1, 0x12, 0, 3, 0, 0, 0, 1, 0, turned, 0, 0, 0, 0, 0, 0]);
    exif.extend(b"Torreon!\0");
    let mut parts = Jpeg::from_bytes(plain.into()).unwrap();
    parts.set_exif(Some(exif.into()));
    parts.encoder().bytes().to_vec()
}

/// A screenshot.
pub fn png() -> Vec<u8> {
    picture(64, 48, ImageFormat::Png)
}

/// A picture as messaging services send it.
pub fn webp() -> Vec<u8> {
    picture(64, 48, ImageFormat::WebP)
}

/// A photograph with a comment that a browser would run.
pub fn jpeg_with_comment(comment: &[u8]) -> Vec<u8> {
    let mut parts = Jpeg::from_bytes(jpeg(40, 30, None).into()).unwrap();
    parts.segments_mut().insert(1, JpegSegment::new_with_contents(0xfe, comment.to_vec().into()));
    parts.encoder().bytes().to_vec()
}

/// A picture that says that it is enormous, in a few bytes.
pub fn png_bomb(width: u32, height: u32) -> Vec<u8> {
    let mut parts = Png::from_bytes(png().into()).unwrap();
    let said = parts.chunks()[0].contents();
    let said = [&width.to_be_bytes(), &height.to_be_bytes(), &said[8..]].concat();
    parts.chunks_mut()[0] = PngChunk::new(*b"IHDR", said.into());
    parts.encoder().bytes().to_vec()
}

/// A sound of so many bytes: a tag with nothing in it, two frames, and whatever.
pub fn mp3(length: usize) -> Vec<u8> {
    let frame = [b"\xff\xfb\x90\0".as_slice(), &[0; 413]].concat();
    let mut sound = [b"ID3\x04\0\0\0\0\0\0".as_slice(), &frame, &frame].concat();
    sound.resize(length, 7);
    sound
}

/// A sound as telephone exchanges record it: 8,000 samples a second, of two bytes.
pub fn wav() -> Vec<u8> {
    let format = b"fmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0";
    [b"RIFF\x34\0\0\0WAVE".as_slice(), format, b"data\x10\0\0\0", &[0; 16]].concat()
}

/// A sound as messaging services send it: a first page, and the beginning of another.
pub fn ogg() -> Vec<u8> {
    let first = b"OggS\0\x02\0\0\0\0\0\0\0\0\x07\0\0\0\0\0\0\0\x81\x0b\x35\x2f\x01\x13OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0";
    [first.as_slice(), b"OggS\0\0"].concat()
}

/// A small document.
pub fn pdf() -> Vec<u8> {
    b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n".to_vec()
}

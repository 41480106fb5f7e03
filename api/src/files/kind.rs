//! What a file seems to be, by how its content begins: never by its name, nor by what its sender calls it. Whether it is
//! so beyond its beginning is for `shape.rs` and `picture.rs` to say.

use domain::attachment::MediaType;

/// Bytes of a file's beginning that are enough to know it.
pub const HEAD: usize = 8 * 1024;

/// The type of a file that begins so; none for what is not taken.
#[must_use]
pub fn known(head: &[u8]) -> Option<MediaType> {
    Some(match infer::get(head)?.mime_type() {
        "image/jpeg" => MediaType::Jpeg,
        "image/png" => MediaType::Png,
        "image/webp" => MediaType::Webp,
        "application/pdf" => MediaType::Pdf,
        "audio/mpeg" => MediaType::Mp3,
        "audio/m4a" => MediaType::M4a,
        "audio/ogg" | "audio/opus" => MediaType::Ogg,
        "audio/x-wav" => MediaType::Wav,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_is_known_by_how_it_begins_and_nothing_else_is_taken() {
        let ogg = [b"OggS".as_slice(), &[0; 24], b"OpusHead"].concat();
        for (head, media_type) in [
            (b"\xff\xd8\xff\xe0....".as_slice(), MediaType::Jpeg),
            (b"\x89PNG\r\n\x1a\n....", MediaType::Png),
            (b"RIFF....WEBPVP8 ....", MediaType::Webp),
            (b"%PDF-1.7....", MediaType::Pdf),
            (b"ID3\x04....", MediaType::Mp3),
            (b"\0\0\0 ftypM4A ....", MediaType::M4a),
            (b"OggS....", MediaType::Ogg),
            (&ogg, MediaType::Ogg),
            (b"RIFF....WAVEfmt ....", MediaType::Wav),
        ] {
            assert_eq!(known(head), Some(media_type), "{head:?}");
        }
        for head in [
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>".as_slice(),
            b"<!DOCTYPE html><html>",
            b"#!/bin/sh\n",
            b"PK\x03\x04....word/document.xml",
            b"MZ\x90\0........",
            b"GIF89a....",
            b"\0\0\0 ftypheic....",
            b"BM....",
            b"",
            b"hola",
        ] {
            assert_eq!(known(head), None, "{head:?}");
        }
    }
}

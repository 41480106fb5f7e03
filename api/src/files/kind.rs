//! What a file is, known by its content: never by its name, nor by what its sender calls it.

use domain::attachment::MediaType;

/// Bytes of a file's beginning that are enough to know it.
pub const HEAD: usize = 8 * 1024;

/// Bytes of its end in which a PDF says that it is whole (ISO 32000-1, 7.5.5 and its annex H).
const PDF_END: usize = 2 * 1024;

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

/// Whether a document ends as whole ones do. What is not a picture is not looked into any further.
#[must_use]
pub fn is_whole(media_type: MediaType, tail: &[u8]) -> bool {
    match media_type {
        MediaType::Pdf => {
            let end = tail.get(tail.len().saturating_sub(PDF_END)..).unwrap_or_default();
            end.windows(5).any(|some| some == b"%%EOF")
        }
        MediaType::Jpeg
        | MediaType::Png
        | MediaType::Webp
        | MediaType::Mp3
        | MediaType::M4a
        | MediaType::Ogg
        | MediaType::Wav => true,
    }
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

    #[test]
    fn a_document_that_was_cut_off_lacks_its_end() {
        assert!(is_whole(MediaType::Pdf, b"...startxref\n9\n%%EOF\n"));
        assert!(!is_whole(MediaType::Pdf, b"...startxref\n9\n%%E"));
        assert!(!is_whole(MediaType::Pdf, &[b"%%EOF".as_slice(), &[b' '; PDF_END]].concat()));
    }
}

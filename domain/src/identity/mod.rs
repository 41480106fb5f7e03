//! What says who somebody is: names, telephones, e-mail addresses, CURP.
//!
//! Each is read from what was typed and masked for those who need not see it. None prints itself
//! when debugged and none serialises itself: whoever writes one out says so with `as_str`. Who may
//! see what is decided elsewhere.

mod curp;
mod email;
mod name;
mod telephone;

pub use self::curp::{Curp, CurpError, Sex};
pub use self::email::{Email, EmailError};
pub use self::name::{NameError, PersonName};
pub use self::telephone::{Telephone, TelephoneError};

/// Whether words hold what every mask here puts for what it covers: three asterisks in a row.
#[must_use]
pub fn is_masked(words: &str) -> bool {
    words.contains("***")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mask_is_known_as_one_and_a_star_alone_is_none() {
        let masks = [
            PersonName::parse("Ana Ríos").unwrap().mask(),
            PersonName::parse("Cher").unwrap().mask(),
            Telephone::parse("871 123 4567").unwrap().mask(),
            Email::parse("ana@correo.mx").unwrap().mask(),
            Curp::parse("HEGG560427MVZRRL04").unwrap().mask(),
        ];
        assert!(masks.iter().all(|mask| is_masked(mask)), "{masks:?}");
        assert!(!is_masked("Llamar al *55") && !is_masked("@ana"));
    }
}

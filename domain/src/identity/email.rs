//! E-mail addresses. Knows their shape, not whether anybody reads what is sent there.

use std::fmt;

/// An e-mail address of the plain sort: `dot-atom@domain.tld` in ASCII, the domain in lower case.
///
/// Quoted local parts, comments, address literals and addresses in other scripts (RFC 5322, 6531)
/// are left out on purpose: nobody gives one at a desk, and what looks like one is a typing error.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

/// Why something typed is not an e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailError {
    /// Nothing was typed.
    Empty,
    /// Longer than RFC 5321 4.5.3.1 allows: 64 before the at sign, 254 in all.
    TooLong,
    /// Not one at sign with a name before it.
    Malformed,
    /// What follows the at sign is no domain.
    Domain,
}

impl Email {
    /// The longest address, in characters: a path's 256 without its brackets (RFC 5321 4.5.3.1.3).
    pub const LONGEST: usize = 254;

    /// Reads an address.
    ///
    /// # Errors
    /// Empty, too long, or which half of it is wrong.
    pub fn parse(typed: &str) -> Result<Self, EmailError> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(EmailError::Empty);
        }
        let (local, domain) = typed.rsplit_once('@').ok_or(EmailError::Malformed)?;
        if typed.len() > Self::LONGEST || local.len() > 64 {
            return Err(EmailError::TooLong);
        }
        if !local.split('.').all(is_atom) {
            return Err(EmailError::Malformed);
        }
        let labels: Vec<&str> = domain.split('.').collect();
        let named = labels.last().is_some_and(|last| last.len() > 1 && !is_number(last));
        if labels.len() < 2 || !named || !labels.into_iter().all(is_label) {
            return Err(EmailError::Domain);
        }
        Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase())))
    }

    /// The address: personal data.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address as it is looked for: nobody keeps two mailboxes apart by case alone.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// Initials and the last label: `m***@d***.mx`.
    #[must_use]
    pub fn mask(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or(("", ""));
        let (domain, last) = domain.rsplit_once('.').unwrap_or(("", ""));
        let initial = |part: &str| part.chars().next().unwrap_or('*');
        format!("{}***@{}***.{last}", initial(local), initial(domain))
    }
}

impl fmt::Debug for Email {
    /// Never prints the address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

/// An atom of RFC 5322 3.2.3.
fn is_atom(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
}

/// A label of RFC 1034 3.5, which may begin with a digit (RFC 1123 2.1).
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn is_number(label: &str) -> bool {
    label.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_addresses_are_read_and_the_domain_is_put_in_lower_case() {
        for (typed, kept) in [
            ("maria.lopez@dominio.mx", "maria.lopez@dominio.mx"),
            (" M.Lopez+073@Torreon.GOB.mx\n", "M.Lopez+073@torreon.gob.mx"),
            ("o'neil_1@3m.com", "o'neil_1@3m.com"),
            ("a@xn--espaol-zwa.example", "a@xn--espaol-zwa.example"),
        ] {
            assert_eq!(Email::parse(typed).unwrap().as_str(), kept);
        }
    }

    #[test]
    fn what_is_no_address_says_why() {
        for (typed, error) in [
            ("  ", EmailError::Empty),
            ("maria", EmailError::Malformed),
            ("@dominio.mx", EmailError::Malformed),
            ("ma ria@dominio.mx", EmailError::Malformed),
            ("maria@lopez@dominio.mx", EmailError::Malformed),
            (".maria@dominio.mx", EmailError::Malformed),
            ("maria..lopez@dominio.mx", EmailError::Malformed),
            ("maría@dominio.mx", EmailError::Malformed),
            ("maria\r\n@dominio.mx", EmailError::Malformed),
            ("maria@dominio", EmailError::Domain),
            ("maria@dominio..mx", EmailError::Domain),
            ("maria@-dominio.mx", EmailError::Domain),
            ("maria@domi_nio.mx", EmailError::Domain),
            ("maria@127.0.0.1", EmailError::Domain),
            ("maria@dominio.mx.", EmailError::Domain),
            ("maria@dominio.m", EmailError::Domain),
        ] {
            assert_eq!(Email::parse(typed), Err(error), "{typed}");
        }
    }

    #[test]
    fn the_limits_are_those_of_the_standard() {
        let with = |local: usize, label: usize| {
            format!("{}@{}.{}.{}.mx", "a".repeat(local), "b".repeat(63), "c".repeat(63), "d".repeat(label))
        };
        assert!(Email::parse(&with(64, 58)).is_ok());
        assert_eq!(Email::parse(&with(64, 59)), Err(EmailError::TooLong));
        assert_eq!(Email::parse(&with(65, 1)), Err(EmailError::TooLong));
        assert_eq!(Email::parse(&format!("a@{}.mx", "b".repeat(64))), Err(EmailError::Domain));
    }

    #[test]
    fn a_mask_keeps_two_initials_and_the_last_label() {
        assert_eq!(Email::parse("maria@dominio.mx").unwrap().mask(), "m***@d***.mx");
        assert_eq!(Email::parse("m@torreon.gob.mx").unwrap().mask(), "m***@t***.mx");
    }

    proptest! {
        #[test]
        fn what_was_read_reads_the_same_again(
            typed in "[a-zA-Z0-9.+@ -]{0,20}@[a-zA-Z0-9.-]{0,20}\\.[a-z]{0,4}", any in "\\PC{0,40}",
        ) {
            for typed in [typed, any] {
                if let Ok(email) = Email::parse(&typed) {
                    prop_assert_eq!(Email::parse(email.as_str()), Ok(email));
                }
            }
        }

        #[test]
        fn neither_mask_nor_debug_tells_the_address(
            local in "[a-z]{2,20}", domain in "[a-z]{2,20}",
        ) {
            let email = Email::parse(&format!("{local}@{domain}.mx")).unwrap();
            prop_assert_eq!(email.mask(), format!("{}***@{}***.mx", &local[..1], &domain[..1]));
            prop_assert_eq!(format!("{email:?}"), "Email(…)");
        }
    }
}

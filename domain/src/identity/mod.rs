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

//! Petitions and assignments: their rows, how they are loaded, listed and saved.
//!
//! What lists filter, sort and show stands in columns; what only the steps need, in `facts`, the
//! domain's own JSON. Nothing here decides what may happen: [`save`] writes a
//! [`Change`](domain::petition::Change) whole, and reads want a [`Visibility`](domain::visibility::Visibility).

mod alike;
mod assignment_list;
mod brief;
mod changes;
mod columns;
mod desk_list;
pub(crate) mod desks;
mod disclose;
mod list;
mod load;
mod near;
mod new;
mod row;
mod save;
pub(crate) mod schema;
mod searched;
mod seen;
mod select;

pub use alike::{Compared, alike, compared};
pub use assignment_list::{AssignmentFilter, AssignmentSort, assignments};
pub use brief::{Brief, briefs};
pub use changes::{
    Change, Changes, ExternallyKnown, changes, externally_known, externally_taken, last_change, petitions_of,
};
pub(crate) use columns::differing;
pub use disclose::{Disclosure, disclose, disclosed};
pub use list::{
    AtDesk, Count, Page, PetitionFilter, PetitionSort, Pin, Position, Spots, count, petitions, pins, spots,
};
pub(crate) use load::petitions_of_intake;
pub use load::{
    PetitionRef, PetitionerDetails, Place, assignment_petition, find, find_assignment, imported, many, of_assignments,
    overdue_replies, petition_of_petitioner, petitioners, pin_facts, places, walk,
};
pub(crate) use load::{described, how_many};
pub(crate) use new::NewRows;
pub use row::{CLOSED_LISTS, never};
pub use save::{Details, add_petitioner, correct_petitioner, correct_place, save};
pub(crate) use schema::petitioners as petitioner_rows;
pub use seen::{Seen, Told, seen};
pub use select::{Selection, named, select};

//! What readers did, as sums by page and month: import, and the three lists of stop, start and
//! continue.
//!
//! Nothing in here is about a person: the smallest thing known is how often a page was read in a
//! month.

mod address;
mod columns;
mod import;
mod lines;
mod month;
mod personal;
mod score;
mod store;
mod verdict;
mod written;

pub use address::{AddressMeaning, PublishedAddresses};
pub use columns::NamedColumns;
pub use import::{Export, ExportForm, Row, read};
pub use lines::{sections, to_json};
pub use month::Month;
pub use score::{Answers, Scale, Score};
pub use store::{Key, MEASURES_FILE, Store, Sums, Taken};
pub use verdict::{Judged, Measured, PageVerdict, Start, join};

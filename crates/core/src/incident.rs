//! Incident mode: one switch for a house or the group, with a kind, a stage and the one statement that may leave.

use crate::words::words;

words! {
    /// Where an incident stands (CDC, Crisis and Emergency Risk Communication, 2018: phases of communication).
    Stage {
        /// It has begun; little is known.
        Initial = "initial",
        /// It goes on; what is known is told as it changes.
        Maintenance = "maintenance",
        /// It ends.
        Resolution = "resolution",
    }
}

//! What an error owes its reader: who is to blame, and the cure.
//!
//! Every room has an error enum of its own (`thiserror`); what reaches a person
//! implements [`Advice`] on top. `Display` says what and where, [`Advice::hint`]
//! says what to do.

/// Who has to act for an error to go away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blame {
    /// The peer on the connection: a 4xx answer.
    Client,
    /// The application: a 500 answer and a line in its log.
    Guest,
    /// The person who started `runtime`: a message and exit code 1.
    Operator,
    /// This program: a bare 500 answer, and the whole story in the log.
    Host,
}

/// An error that is shown to the person at the command line.
pub trait Advice: std::error::Error + Send + Sync + 'static {
    /// Returns who has to act.
    fn blame(&self) -> Blame {
        Blame::Operator
    }

    /// Returns the cure, as one or more lines without a full stop.
    fn hint(&self) -> Option<String> {
        None
    }
}

//! How much a hash may cost.

/// Upper bounds of the parameters, per hash.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// Bytes of memory: argon2's memory, scrypt's 128·n·r. Default 128 MiB, four
    /// times what Werkzeug's and Django's scrypt defaults take.
    pub memory: u64,
    /// Units of work: bytes of memory filled, over all passes and lanes.
    /// Default 4 GiB, some seconds of one processor.
    pub work: u64,
    /// PBKDF2 iterations times output blocks. Default 10,000,000, ten times
    /// Django 5's default.
    pub iterations: u64,
    /// Bytes of password, of salt, and of the derived key. Default 64 KiB.
    pub bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            memory: 128 << 20,
            work: 4 << 30,
            iterations: 10_000_000,
            bytes: 64 << 10,
        }
    }
}

//! The bound of an instance's memory.

use wasmtime::ResourceLimiter;

/// Elements that a table may have.
const TABLE: usize = 100_000;

/// Refuses memory beyond an instance's limit, and remembers that it did.
#[derive(Debug)]
pub struct MemoryLimit {
    limit: usize,
    used: usize,
    refused: bool,
}

impl MemoryLimit {
    /// Allows so many bytes, of all memories of the instance together.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            used: 0,
            refused: false,
        }
    }

    /// Forgets that memory was refused.
    pub fn forgive(&mut self) {
        self.refused = false;
    }

    /// Tells whether memory was refused since it was last forgiven.
    pub fn has_refused(&self) -> bool {
        self.refused
    }

    /// Returns the bytes that the instance has. Memory never shrinks.
    pub fn used(&self) -> usize {
        self.used
    }
}

impl ResourceLimiter for MemoryLimit {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let used = self.used.saturating_add(desired.saturating_sub(current));
        if used > self.limit {
            self.refused = true;
            return Ok(false);
        }
        self.used = used;
        Ok(true)
    }

    fn table_growing(
        &mut self,
        _: usize,
        desired: usize,
        _: Option<usize>,
    ) -> wasmtime::Result<bool> {
        Ok(desired <= TABLE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_memories_count_together_and_a_refusal_is_remembered() {
        let mut limit = MemoryLimit::new(100);
        assert!(limit.memory_growing(0, 60, None).unwrap());
        assert!(!limit.memory_growing(0, 60, None).unwrap());
        assert!(limit.has_refused());
        limit.forgive();
        assert!(limit.memory_growing(0, 40, None).unwrap());
        assert_eq!((limit.used(), limit.has_refused()), (100, false));
    }
}

//! Choices that a property test makes: a list of numbers, which proptest shortens and
//! lessens until the smallest failing case is left. The first option of every choice is
//! the simplest one, and what is left when the numbers run out.

/// Numbers to choose by.
pub(crate) struct Choices<'a> {
    rest: &'a [u16],
}

impl<'a> Choices<'a> {
    pub(crate) fn new(numbers: &'a [u16]) -> Self {
        Self { rest: numbers }
    }

    /// Returns a number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        match self.rest.split_first() {
            Some((first, rest)) => {
                self.rest = rest;
                usize::from(*first) % bound.max(1)
            }
            None => 0,
        }
    }

    /// Tells yes once in so many times.
    pub(crate) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) + 1 == times
    }

    pub(crate) fn of<'b, T>(&mut self, options: &'b [T]) -> &'b T {
        &options[self.below(options.len())]
    }
}

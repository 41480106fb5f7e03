//! Chance that is the same for the same seed, on every machine and with every version of every crate.
//!
//! For the demonstration only: nothing that protects anybody may be drawn from here.

use domain::chain;

/// A sequence of numbers that follows from its seed (SplitMix64).
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The sequence of a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub const fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` up to and with `high`.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high - low).unwrap_or(0) + 1;
        low + i64::try_from(self.number() % span).unwrap_or(0)
    }

    /// Whether something happens that happens so many times in a hundred.
    pub fn percent(&mut self, times: i64) -> bool {
        self.between(1, 100) <= times
    }

    /// One of several. The list has at least one.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let at = self.number() % from.len().max(1) as u64;
        &from[usize::try_from(at).unwrap_or(0)]
    }

    /// One of several by their weights. The list has at least one.
    pub fn weighed<'a, T>(&mut self, from: &'a [(i64, T)]) -> &'a T {
        let all: i64 = from.iter().map(|(weight, _)| weight).sum();
        let mut left = self.between(1, all.max(1));
        let found = from.iter().find(|(weight, _)| {
            left -= weight;
            left <= 0
        });
        &found.unwrap_or(&from[0]).1
    }

    /// 32 bytes for the identifiers and salts of one step.
    pub fn seed(&mut self) -> [u8; 32] {
        chain::hash(&format!("demo {}", self.number()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_sequence_for_ever() {
        let mut chance = Chance::new(7);
        let first: Vec<u64> = (0..3).map(|_| chance.number()).collect();
        let mut again = Chance::new(7);
        assert_eq!(first, (0..3).map(|_| again.number()).collect::<Vec<_>>());
        assert_eq!(first[0], 7_191_089_600_892_374_487);
    }

    #[test]
    fn a_number_stays_between_its_ends_and_reaches_both() {
        let mut chance = Chance::new(1);
        let drawn: Vec<i64> = (0..200).map(|_| chance.between(-1, 2)).collect();
        assert!(drawn.iter().all(|number| (-1..=2).contains(number)));
        assert!(drawn.contains(&-1) && drawn.contains(&2));
    }

    #[test]
    fn what_weighs_nothing_is_never_drawn() {
        let mut chance = Chance::new(3);
        assert!((0..100).all(|_| *chance.weighed(&[(1, 'a'), (0, 'b'), (3, 'c')]) != 'b'));
    }
}

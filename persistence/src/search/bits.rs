//! A set of the numbers of one block, as it is joined in memory and as it is stored.
//!
//! Small enough that a row never leaves its page: 512 bytes at most, two for each number while they are few.

use crate::StoreError;

/// Numbers of a block.
pub(super) const BLOCK: i64 = 4_096;

/// Places of a block: its numbers, counted from its first.
pub(super) const PLACES: usize = 4_096;

/// More numbers than this are stored as one bit each.
const FEW: usize = 255;

/// Which of a block's places are in the set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bits([u64; 64]);

impl Bits {
    pub const NONE: Self = Self([0; 64]);
    pub const ALL: Self = Self([u64::MAX; 64]);

    pub fn set(&mut self, place: u16) {
        self.0[usize::from(place / 64 % 64)] |= 1 << (place % 64);
    }

    pub fn clear(&mut self, place: u16) {
        self.0[usize::from(place / 64 % 64)] &= !(1 << (place % 64));
    }

    pub fn has(&self, place: u16) -> bool {
        self.0[usize::from(place / 64 % 64)] & (1 << (place % 64)) != 0
    }

    pub fn and(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(mine, theirs)| *mine &= theirs);
    }

    pub fn or(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(mine, theirs)| *mine |= theirs);
    }

    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The places, in order.
    pub fn places(&self) -> impl Iterator<Item = u16> {
        // Each word of the set gives its lowest bit until none is left: most sets are nearly empty.
        let lowest = |word: u64| Some(word).filter(|word| *word != 0);
        self.0.iter().zip((0_u16..).step_by(64)).flat_map(move |(word, first)| {
            std::iter::successors(lowest(*word), move |word| lowest(word & (word - 1)))
                .map(move |word| first + u16::try_from(word.trailing_zeros()).unwrap_or_default())
        })
    }

    /// As it is stored: the places, two bytes each, or all bits.
    pub fn bytes(&self) -> Vec<u8> {
        if self.len() <= FEW {
            self.places().flat_map(u16::to_le_bytes).collect()
        } else {
            self.0.iter().flat_map(|word| word.to_le_bytes()).collect()
        }
    }

    /// Reads what was stored.
    ///
    /// # Errors
    /// When it is no set.
    pub fn read(bytes: &[u8]) -> Result<Self, StoreError> {
        let mut set = Self::NONE;
        if bytes.len() == 512 {
            for (word, eight) in set.0.iter_mut().zip(bytes.as_chunks::<8>().0) {
                *word = u64::from_le_bytes(*eight);
            }
            return Ok(set);
        }
        let (places, rest) = bytes.as_chunks::<2>();
        let places = places.iter().map(|two| u16::from_le_bytes(*two));
        if !rest.is_empty() || bytes.len() > 512 || places.clone().any(|place| place >= 4_096) {
            return Err(StoreError::Schema("a posting of the search that is no set".into()));
        }
        places.for_each(|place| set.set(place));
        Ok(set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_read_as_it_was_written_whatever_its_size() {
        for step in [1_usize, 2, 7, 16, 17, 4_095] {
            let mut set = Bits::NONE;
            let places: Vec<u16> = (0..4_096).step_by(step).collect();
            places.iter().for_each(|place| set.set(*place));
            let bytes = set.bytes();
            assert!(bytes.len() <= 512);
            let read = Bits::read(&bytes).unwrap();
            assert_eq!((read.places().collect::<Vec<_>>(), read.len()), (places.clone(), places.len()), "{step}");
            places.iter().for_each(|place| set.clear(*place));
            assert!(set.is_empty() && set.bytes().is_empty());
        }
    }

    #[test]
    fn what_is_no_set_is_refused() {
        for bad in [&[1_u8][..], &[0, 16], &[0; 511], &[0; 514]] {
            assert!(Bits::read(bad).is_err(), "{}", bad.len());
        }
    }
}

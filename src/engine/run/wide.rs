//! Operations on whole columns and words of bits.

use super::Column;
use crate::base::vector::vectorised;
use crate::engine::program::LANES;

/// Where a condition holds of two columns.
#[inline(always)]
pub fn compare(a: &Column, b: &Column, holds: impl Fn(i64, i64) -> bool) -> u64 {
    vectorised(
        #[inline(always)]
        || find(a, b, holds),
    )
}

/// The same inside of what is vectorised.
#[inline(always)]
pub fn find(a: &Column, b: &Column, holds: impl Fn(i64, i64) -> bool) -> u64 {
    // Bits are joined rather than shifted into place: that is what vectors do well.
    let bit = |((a, b), one): ((&i64, &i64), &u64)| if holds(*a, *b) { *one } else { 0 };
    a.iter().zip(b).zip(&ONE).map(bit).fold(0, |all, one| all | one)
}

/// The bit of each lane.
pub static ONE: [u64; LANES] = {
    let mut ones = [0; LANES];
    let mut lane = 0;
    while lane < LANES {
        ones[lane] = 1 << lane;
        lane += 1;
    }
    ones
};

/// Where a condition holds of a column.
#[inline(always)]
pub fn test(a: &Column, holds: impl Fn(i64) -> bool) -> u64 {
    compare(a, a, |a, _| holds(a))
}

/// Two columns to one.
#[inline(always)]
pub fn map(a: &Column, b: &Column, out: &mut Column, f: impl Fn(i64, i64) -> i64) {
    vectorised(
        #[inline(always)]
        || put(a, b, out, f),
    );
}

/// The same inside of what is vectorised.
#[inline(always)]
pub fn put(a: &Column, b: &Column, out: &mut Column, f: impl Fn(i64, i64) -> i64) {
    for (out, (a, b)) in out.iter_mut().zip(a.iter().zip(b)) {
        *out = f(*a, *b);
    }
}

/// Two columns of reals to one; whether any of the results is infinite or no number.
#[inline(always)]
pub fn map_reals(a: &Column, b: &Column, out: &mut Column, f: impl Fn(f64, f64) -> f64) -> bool {
    /// All bits of the exponent: set in what is infinite or no number alone.
    const EXPONENT: i64 = 0x7FF0_0000_0000_0000;
    let most = vectorised(
        #[inline(always)]
        || {
            let mut most = 0;
            for (out, (a, b)) in out.iter_mut().zip(a.iter().zip(b)) {
                let word = of_real(f(real(*a), real(*b)) + 0.0);
                *out = word;
                most = (word & EXPONENT).max(most);
            }
            most
        },
    );
    most == EXPONENT
}

/// A column changed by another in the lanes of a mask.
#[inline(always)]
pub fn change(to: &mut Column, by: &Column, mask: u64, f: impl Fn(i64, i64) -> i64) {
    vectorised(
        #[inline(always)]
        || mix(to, by, mask, f),
    );
}

/// The same inside of what is vectorised.
#[inline(always)]
pub fn mix(to: &mut Column, by: &Column, mask: u64, f: impl Fn(i64, i64) -> i64) {
    if mask == u64::MAX {
        to.iter_mut().zip(by).for_each(|(to, by)| *to = f(*to, *by));
        return;
    }
    for ((to, by), one) in to.iter_mut().zip(by).zip(&ONE) {
        // Words of ones or none: of a choice between two the optimiser makes one of addresses.
        let wide = if mask & one != 0 { !0 } else { 0 };
        *to = (f(*to, *by) & wide) | (*to & !wide);
    }
}

/// The word of a real.
#[inline(always)]
pub fn real(word: i64) -> f64 {
    f64::from_bits(word as u64)
}

/// A real's word.
#[inline(always)]
pub fn of_real(number: f64) -> i64 {
    number.to_bits() as i64
}

/// For each byte the eight lanes that its bits stand for, as words of all ones or none.
static SPREAD: [[i64; 8]; 256] = spread_bytes();

const fn spread_bytes() -> [[i64; 8]; 256] {
    let mut table = [[0; 8]; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut lane = 0;
        while lane < 8 {
            table[byte][lane] = -((byte as i64 >> lane) & 1);
            lane += 1;
        }
        byte += 1;
    }
    table
}

/// A word of all ones in the lanes of a mask.
#[inline(always)]
pub fn spread(mask: u64) -> Column {
    let mut out = [0; LANES];
    for (chunk, byte) in out.chunks_exact_mut(8).zip(mask.to_le_bytes()) {
        chunk.copy_from_slice(&SPREAD[usize::from(byte)]);
    }
    out
}

/// `to` takes the values of `from` in the lanes of a mask.
pub fn blend(to: &mut Column, from: &Column, mask: u64) {
    match mask {
        u64::MAX => to.copy_from_slice(from),
        _ => change(to, from, mask, |_, from| from),
    }
}

/// `to` takes a word in the lanes of a mask.
pub fn fill(to: &mut Column, word: i64, mask: u64) {
    vectorised(
        #[inline(always)]
        || {
            for (to, one) in to.iter_mut().zip(&ONE) {
                let wide = if mask & one != 0 { !0 } else { 0 };
                *to = (word & wide) | (*to & !wide);
            }
        },
    );
}

/// Counters of all lanes, sliced by bits: the n-th word holds the n-th bit of each.
#[derive(Default)]
pub struct Counters(Vec<u64>);

impl Counters {
    /// Adds 1 in the lanes of a mask.
    #[inline(always)]
    pub fn add(&mut self, mask: u64) {
        let mut carry = mask;
        for bits in &mut self.0 {
            let next = *bits & carry;
            *bits ^= carry;
            carry = next;
            if carry == 0 {
                return;
            }
        }
        if carry != 0 {
            self.0.push(carry);
        }
    }

    /// Whether nothing was added.
    pub fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// The counts.
    pub fn column(&self) -> Column {
        let mut out = [0; LANES];
        for (at, bits) in self.0.iter().enumerate() {
            let wide = spread(*bits);
            for (out, wide) in out.iter_mut().zip(&wide) {
                *out |= wide & (1 << at);
            }
        }
        out
    }
}

/// Where numbers are above one.
pub fn above(numbers: &[u32; LANES], least: u32) -> u64 {
    vectorised(
        #[inline(always)]
        || {
            let of = |(number, one): (&u32, &u64)| if *number > least { *one } else { 0 };
            numbers.iter().zip(&ONE).map(of).fold(0, |all, one| all | one)
        },
    )
}

/// Adds 1 to numbers in the lanes of a mask.
pub fn count_up(numbers: &mut [u32; LANES], mask: u64) {
    vectorised(
        #[inline(always)]
        || {
            for (number, one) in numbers.iter_mut().zip(&ONE) {
                *number += u32::from(mask & one != 0);
            }
        },
    );
}

/// Numbers of all lanes below 2^W, sliced by bits: as [`Counters`], but without a branch.
pub struct Sliced<const W: usize>([u64; W]);

impl<const W: usize> Sliced<W> {
    /// Zeros.
    pub fn new() -> Sliced<W> {
        Sliced([0; W])
    }

    /// Numbers.
    pub fn of(numbers: &[u32; LANES]) -> Sliced<W> {
        let mut sliced = Sliced::new();
        vectorised(
            #[inline(always)]
            || {
                for (at, bits) in sliced.0.iter_mut().enumerate() {
                    let of = |(number, one): (&u32, &u64)| {
                        if number >> at & 1 != 0 { *one } else { 0 }
                    };
                    *bits = numbers.iter().zip(&ONE).map(of).fold(0, |all, one| all | one);
                }
            },
        );
        sliced
    }

    /// Adds 1 in the lanes of a mask.
    #[inline(always)]
    pub fn add(&mut self, mask: u64) {
        let mut carry = mask;
        for bits in &mut self.0 {
            (*bits, carry) = (*bits ^ carry, *bits & carry);
        }
    }

    /// Subtracts 1 in the lanes of a mask.
    #[inline(always)]
    pub fn subtract(&mut self, mask: u64) {
        let mut borrow = mask;
        for bits in &mut self.0 {
            (*bits, borrow) = (*bits ^ borrow, !*bits & borrow);
        }
    }

    /// The lanes in which the number is 0.
    #[inline(always)]
    pub fn zero(&self) -> u64 {
        !self.0.iter().fold(0, |any, bits| any | bits)
    }

    /// The numbers.
    pub fn numbers(&self) -> [u32; LANES] {
        let mut out = [0; LANES];
        vectorised(
            #[inline(always)]
            || {
                for (at, bits) in self.0.iter().enumerate() {
                    for (out, one) in out.iter_mut().zip(&ONE) {
                        *out |= u32::from(bits & one != 0) << at;
                    }
                }
            },
        );
        out
    }
}

/// Transposes a matrix of 64 by 64 bits, rows being words.
pub fn transpose(rows: &mut [u64; 64]) {
    let (mut width, mut mask) = (32, 0x0000_0000_FFFF_FFFFu64);
    while width != 0 {
        let mut row = 0;
        while row < 64 {
            let swap = ((rows[row] >> width) ^ rows[row + width]) & mask;
            rows[row] ^= swap << width;
            rows[row + width] ^= swap;
            row = (row + width + 1) & !width;
        }
        width >>= 1;
        mask ^= mask << width;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_and_spreading_are_inverse() {
        for mask in [0, 1, u64::MAX, 0x8000_0000_0000_0001, 0x0123_4567_89AB_CDEF] {
            assert_eq!(test(&spread(mask), |word| word != 0), mask);
        }
    }

    #[test]
    fn counters_count() {
        let mut counters = Counters::default();
        (0..200u64).for_each(|n| counters.add(if n % 3 == 0 { u64::MAX } else { 1 }));
        let column = counters.column();
        assert_eq!((column[0], column[1], column[63]), (200, 67, 67));
    }

    #[test]
    fn sliced_numbers_count_up_and_down() {
        let mut counted = Sliced::<3>::new();
        let masks = [u64::MAX, 6, 2, 2, 1 << 63];
        masks.into_iter().for_each(|mask| counted.add(mask));
        let numbers = counted.numbers();
        assert_eq!((numbers[0], numbers[1], numbers[2], numbers[63]), (1, 4, 2, 2));
        let mut same = Sliced::<3>::of(&numbers);
        assert_eq!((same.numbers(), same.zero()), (numbers, 0));
        same.subtract(u64::MAX);
        assert_eq!(same.zero(), !6 & !(1 << 63));
        same.subtract(1);
        assert_eq!((same.numbers()[0], same.numbers()[1]), (7, 3));
    }

    #[test]
    fn a_transposed_bit_is_mirrored() {
        let mut rows = [0; 64];
        rows[3] = 1 << 40;
        rows[63] = 1;
        transpose(&mut rows);
        assert_eq!((rows[40], rows[0]), (1 << 3, 1 << 63));
        assert_eq!(rows.iter().map(|row| row.count_ones()).sum::<u32>(), 2);
    }
}

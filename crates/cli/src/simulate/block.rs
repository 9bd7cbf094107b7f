//! Lines of the log, many at a time, so that several cores can parse them.

use std::io::{BufRead, Read, Result};
use std::ops::Range;

/// Bytes of a block.
const BLOCK: usize = 4 << 20;
/// Where a line is cut: one as long is no event.
pub const LONGEST: usize = 1 << 20;

/// Whole lines, empty ones left out.
pub struct Block {
    bytes: Vec<u8>,
    lines: Vec<Range<usize>>,
}

impl Block {
    /// The next lines; none at the log's end.
    ///
    /// # Errors
    /// The log cannot be read on.
    pub fn read(from: &mut impl BufRead) -> Result<Self> {
        let mut block = Block { bytes: Vec::with_capacity(BLOCK + (BLOCK >> 2)), lines: Vec::new() };
        while block.bytes.len() < BLOCK {
            let start = block.bytes.len();
            let read = Read::take(&mut *from, LONGEST as u64).read_until(b'\n', &mut block.bytes)?;
            if read == 0 {
                break;
            }
            if read == LONGEST && block.bytes.last() != Some(&b'\n') {
                from.skip_until(b'\n')?;
            }
            if block.bytes.get(start..).is_some_and(|line| !line.trim_ascii().is_empty()) {
                block.lines.push(start..block.bytes.len());
            }
        }
        Ok(block)
    }

    /// Whether the log was at its end.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Each line, its end included.
    pub fn lines(&self) -> Vec<&[u8]> {
        self.lines.iter().filter_map(|line| self.bytes.get(line.clone())).collect()
    }
}

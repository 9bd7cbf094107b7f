//! What stands behind a backslash, and the names of groups.

use vitrine_wire::regex::{EDGE, INSIDE};

use super::Refused;
use super::parse::{Node, Parser};
use super::set::Set;

const DANGLING: &str = "a backslash before nothing";
const BACK: &str = "a back-reference";

impl Parser<'_> {
    /// An escape outside classes; the backslash is passed.
    pub fn escape(&mut self) -> Result<Node, Refused> {
        let began = self.at - 1;
        match self.peek() {
            None => return Err(Refused::Invalid(DANGLING, began)),
            Some(b'b') => return Ok(self.passed(Node::Place(EDGE))),
            Some(b'B') => return Ok(self.passed(Node::Place(INSIDE))),
            Some(letter) if is_set(letter) => return Ok(self.passed(Node::Set(Set::named(letter)))),
            Some(b'1'..=b'9') if self.count(self.at).is_some_and(|(number, _)| number <= self.groups) => {
                return Err(Refused::Unsupported(BACK, began));
            }
            Some(b'k') if self.named => return Err(Refused::Unsupported(BACK, began)),
            _ => {}
        }
        let unit = self.character(false);
        Ok(self.unit(unit))
    }

    /// An escape inside a class; the backslash is passed.
    pub fn class_escape(&mut self) -> Result<Set, Refused> {
        let began = self.at - 1;
        let unit = match self.peek() {
            None => return Err(Refused::Invalid(DANGLING, began)),
            Some(letter) if is_set(letter) => return Ok(self.passed(Set::named(letter))),
            Some(b'k') if self.named => return Err(Refused::Invalid("a `\\k` in a class", began)),
            Some(b'b') => self.passed(8),
            _ => self.character(true),
        };
        Ok(Set::of([unit].into_iter()))
    }

    fn passed<T>(&mut self, value: T) -> T {
        self.at += 1;
        value
    }

    /// An escape that stands for one unit.
    fn character(&mut self, in_class: bool) -> u16 {
        let unit = self.units.get(self.at).copied().unwrap_or_default();
        let letter = u8::try_from(unit).unwrap_or(u8::MAX);
        self.at += 1;
        match letter {
            b'f' => 0x0c,
            b'n' => 0x0a,
            b'r' => 0x0d,
            b't' => 0x09,
            b'v' => 0x0b,
            b'0'..=b'7' => self.octal(letter),
            b'x' => self.hex(2).unwrap_or(unit),
            b'u' => self.hex(4).unwrap_or(unit),
            b'c' => match self.peek() {
                Some(c) if c.is_ascii_alphabetic() || in_class && (c.is_ascii_digit() || c == b'_') => {
                    self.passed(u16::from(c % 32))
                }
                // Not a control character: the backslash is one itself, and the `c` comes after it.
                _ => {
                    self.at -= 1;
                    b'\\'.into()
                }
            },
            _ => unit,
        }
    }

    /// Up to three octal digits, at most 0o377.
    fn octal(&mut self, first: u8) -> u16 {
        let mut number = u16::from(first - b'0');
        let more = if first < b'4' { 2 } else { 1 };
        for _ in 0..more {
            match self.peek() {
                Some(digit @ b'0'..=b'7') => number = self.passed(number * 8 + u16::from(digit - b'0')),
                _ => break,
            }
        }
        number
    }

    fn hex(&mut self, digits: usize) -> Option<u16> {
        let text = self.units.get(self.at..self.at + digits)?;
        let add = |number: u32, unit: &u16| Some(number * 16 + char::from_u32((*unit).into())?.to_digit(16)?);
        let number = text.iter().try_fold(0, add)?;
        self.at += digits;
        Some(number as u16)
    }

    /// `<name>`.
    pub fn group_name(&mut self) -> Result<String, Refused> {
        let began = self.at;
        self.at += 1;
        let mut units = Vec::new();
        while !self.eat(b'>') {
            let unit = self.units.get(self.at).copied();
            self.at += 1;
            match unit {
                Some(unit) if unit == u16::from(b'\\') && self.eat(b'u') => units.extend(self.named_unit(began)?),
                Some(unit) => units.push(unit),
                None => return Err(Refused::Invalid("a `<` without its `>`", began)),
            }
        }
        let name = String::from_utf16(&units).unwrap_or_default();
        let sound = name.chars().enumerate().all(|(at, c)| {
            let later = at > 0 && (c.is_alphanumeric() || matches!(c, '\u{200c}' | '\u{200d}'));
            c.is_alphabetic() || matches!(c, '$' | '_') || later
        });
        if name.is_empty() || !sound {
            return Err(Refused::Invalid("a group's name that is no name", began));
        }
        Ok(name)
    }

    /// `\uHHHH` or `\u{H…}` in a name.
    fn named_unit(&mut self, began: usize) -> Result<Vec<u16>, Refused> {
        let wrong = Refused::Invalid("a group's name that is no name", began);
        if !self.eat(b'{') {
            return self.hex(4).map(|unit| vec![unit]).ok_or(wrong);
        }
        let mut number = 0_u32;
        while !self.eat(b'}') {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16)).ok_or(wrong)?;
            number = number.saturating_mul(16).saturating_add(digit);
            self.at += 1;
        }
        let name = char::from_u32(number).ok_or(wrong)?;
        Ok(name.encode_utf16(&mut [0; 2]).to_vec())
    }
}

const fn is_set(letter: u8) -> bool {
    matches!(letter, b'd' | b'D' | b's' | b'S' | b'w' | b'W')
}

//! The text of a pattern to its parts (ECMA-262 §22.2.1 and §B.1.2).

use vitrine_wire::regex::{END, START};

use super::set::Set;
use super::{Refused, case};

/// A part of a pattern.
#[derive(Debug)]
pub(super) enum Node {
    Unit(u16),
    Set(Set),
    /// Where it must be, as programs have it.
    Place(u32),
    /// One after the other.
    All(Vec<Node>),
    /// One of them.
    Any(Vec<Node>),
    Repeat {
        node: Box<Node>,
        least: u32,
        /// None: without end.
        most: Option<u32>,
    },
}

/// Reads a pattern.
pub(super) fn parse(units: &[u16], ignore_case: bool) -> Result<Node, Refused> {
    let (groups, named) = count_groups(units);
    let mut parser = Parser { units, at: 0, groups, named, ignore_case };
    let (node, _) = parser.alternatives()?;
    match parser.peek() {
        None => Ok(node),
        Some(_) => Err(Refused::Invalid("a `)` without its `(`", parser.at)),
    }
}

/// How many groups capture, and whether one has a name: both change what escapes before them mean.
fn count_groups(units: &[u16]) -> (u32, bool) {
    let text: Vec<u8> = units.iter().map(|unit| u8::try_from(*unit).unwrap_or(b'x')).collect();
    let (mut rest, mut in_class, mut groups, mut named) = (text.as_slice(), false, 0, false);
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match (first, in_class) {
            (b'\\', _) => rest = after.get(1..).unwrap_or_default(),
            (b'[', _) => in_class = true,
            (b']', _) => in_class = false,
            (b'(', false) => {
                let name = matches!(after, [b'?', b'<', next, ..] if !matches!(next, b'=' | b'!'));
                named |= name;
                groups += u32::from(name || after.first() != Some(&b'?'));
            }
            _ => {}
        }
    }
    (groups, named)
}

/// Where the reading is.
pub(super) struct Parser<'a> {
    pub units: &'a [u16],
    pub at: usize,
    /// How many groups the whole pattern captures.
    pub groups: u32,
    /// Whether one of them has a name.
    pub named: bool,
    ignore_case: bool,
}

/// The names of groups that can match together.
type Names = Vec<String>;

impl Parser<'_> {
    /// The next unit as ASCII; anything else is a byte that no syntax knows.
    pub fn peek(&self) -> Option<u8> {
        self.units.get(self.at).map(|unit| u8::try_from(*unit).unwrap_or(u8::MAX))
    }

    /// Passes this character, if it is next.
    pub fn eat(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn alternatives(&mut self) -> Result<(Node, Names), Refused> {
        let (first, mut names) = self.sequence()?;
        let mut nodes = vec![first];
        while self.eat(b'|') {
            let (node, more) = self.sequence()?;
            nodes.push(node);
            names.extend(more);
        }
        Ok((if nodes.len() == 1 { nodes.remove(0) } else { Node::Any(nodes) }, names))
    }

    fn sequence(&mut self) -> Result<(Node, Names), Refused> {
        let (mut nodes, mut names) = (Vec::new(), Names::new());
        while let Some(next) = self.peek().filter(|next| !matches!(next, b'|' | b')')) {
            let began = self.at;
            let node = match next {
                b'(' => {
                    let (node, inner) = self.group()?;
                    if inner.iter().any(|name| names.contains(name)) {
                        return Err(Refused::Invalid("two groups of one name", began));
                    }
                    names.extend(inner);
                    node
                }
                _ => self.atom(next)?,
            };
            // A place cannot be repeated: its quantifier is found as an atom, and refused there.
            nodes.push(if matches!(node, Node::Place(_)) && next != b'(' { node } else { self.repeated(node)? });
        }
        Ok((if nodes.len() == 1 { nodes.remove(0) } else { Node::All(nodes) }, names))
    }

    fn group(&mut self) -> Result<(Node, Names), Refused> {
        let began = self.at;
        self.at += 1;
        let mut own = Names::new();
        if self.eat(b'?') {
            let after = self.units.get(self.at + 1).copied();
            match self.peek() {
                Some(b':') => self.at += 1,
                Some(b'=' | b'!') => return Err(Refused::Unsupported("look-ahead", began)),
                Some(b'<') if after == Some(b'='.into()) || after == Some(b'!'.into()) => {
                    return Err(Refused::Unsupported("look-behind", began));
                }
                Some(b'<') => own.push(self.group_name()?),
                Some(b'i' | b'm' | b's' | b'-') => return Err(Refused::Unsupported("flags of a group", began)),
                _ => return Err(Refused::Invalid("a `(?` that begins nothing known", began)),
            }
        }
        let (node, names) = self.alternatives()?;
        if !self.eat(b')') {
            return Err(Refused::Invalid("a `(` without its `)`", began));
        }
        if own.iter().any(|name| names.contains(name)) {
            return Err(Refused::Invalid("two groups of one name", began));
        }
        own.extend(names);
        Ok((node, own))
    }

    fn atom(&mut self, next: u8) -> Result<Node, Refused> {
        let began = self.at;
        if next == b'{' && self.braces().is_some() || matches!(next, b'*' | b'+' | b'?') {
            return Err(Refused::Invalid("nothing to repeat", began));
        }
        let unit = self.units.get(began).copied().unwrap_or_default();
        self.at += 1;
        Ok(match next {
            b'^' => Node::Place(START),
            b'$' => Node::Place(END),
            b'.' => Node::Set(Set::dot()),
            b'[' => self.class()?,
            b'\\' => self.escape()?,
            _ => self.unit(unit),
        })
    }

    /// A unit, in all its cases where they do not matter.
    pub fn unit(&self, unit: u16) -> Node {
        if !self.ignore_case {
            return Node::Unit(unit);
        }
        let mut set = Set::default();
        set.add(unit, unit);
        Node::Set(case::close(&set))
    }

    fn class(&mut self) -> Result<Node, Refused> {
        let began = self.at - 1;
        let inverse = self.eat(b'^');
        let mut set = Set::default();
        while !self.eat(b']') {
            let at = self.at;
            let from = self.class_atom(began)?;
            let dash = self.at;
            if !(self.eat(b'-') && self.peek().is_some_and(|next| next != b']')) {
                // A dash at the end is itself.
                self.at = dash;
                set.join(&from);
                continue;
            }
            let to = self.class_atom(began)?;
            match (from.only(), to.only()) {
                (Some(low), Some(high)) if low <= high => set.add(low as u16, high as u16),
                (Some(_), Some(_)) => return Err(Refused::Invalid("a range from high to low", at)),
                // `\d-x` is no range: three parts.
                _ => {
                    set.join(&from);
                    set.join(&to);
                    set.add(b'-'.into(), b'-'.into());
                }
            }
        }
        let set = if self.ignore_case { case::close(&set) } else { set };
        Ok(Node::Set(if inverse { set.inverse() } else { set }))
    }

    fn class_atom(&mut self, began: usize) -> Result<Set, Refused> {
        let Some(unit) = self.units.get(self.at).copied() else {
            return Err(Refused::Invalid("a `[` without its `]`", began));
        };
        self.at += 1;
        if unit == u16::from(b'\\') { self.class_escape() } else { Ok(Set::of([unit].into_iter())) }
    }

    fn repeated(&mut self, node: Node) -> Result<Node, Refused> {
        let began = self.at;
        let (least, most) = match self.peek() {
            Some(b'*') => (0, None),
            Some(b'+') => (1, None),
            Some(b'?') => (0, Some(1)),
            Some(b'{') => match self.braces() {
                Some((least, most, after)) => {
                    self.at = after - 1;
                    (least, most)
                }
                None => return Ok(node),
            },
            _ => return Ok(node),
        };
        self.at += 1;
        self.eat(b'?');
        if most.is_some_and(|most| most < least) {
            return Err(Refused::Invalid("counts from high to low", began));
        }
        Ok(Node::Repeat { node: Box::new(node), least, most })
    }

    /// `{n}`, `{n,}` or `{n,m}` and what comes after it; none where the brace is a character.
    fn braces(&self) -> Option<(u32, Option<u32>, usize)> {
        let (least, at) = self.count(self.at + 1)?;
        let unit = |at: usize| self.units.get(at).copied();
        if unit(at) == Some(b'}'.into()) {
            return Some((least, Some(least), at + 1));
        }
        if unit(at) != Some(b','.into()) {
            return None;
        }
        let (most, at) = self.count(at + 1).map_or((None, at + 1), |(most, at)| (Some(most), at));
        (unit(at) == Some(b'}'.into())).then_some((least, most, at + 1))
    }

    /// Decimal digits and what comes after them; more than fits is very many.
    pub fn count(&self, from: usize) -> Option<(u32, usize)> {
        let digits = self.units.get(from..)?.iter().map_while(|unit| char::from_u32((*unit).into())?.to_digit(10));
        let (number, count) = digits
            .fold((0_u32, 0), |(number, count), digit| (number.saturating_mul(10).saturating_add(digit), count + 1));
        (count > 0).then_some((number, from + count))
    }
}

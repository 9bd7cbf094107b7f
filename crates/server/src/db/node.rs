//! Keys: sites by number, visitors and users by hash.

use sha2::{Digest, Sha256};

/// The database's number for a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SiteNo(pub i64);

/// A visitor or a user, as 16 bytes that any database can index, whatever text the id is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node(pub [u8; 16]);

impl Node {
    /// Before every node.
    pub const FIRST: Node = Node([0; 16]);

    /// The device with this anonymous id.
    pub fn visitor(id: &str) -> Node {
        Node::of(b"visitor\n", id)
    }

    /// The person with this user id.
    pub fn user(id: &str) -> Node {
        Node::of(b"user\n", id)
    }

    fn of(kind: &[u8], id: &str) -> Node {
        let digest: [u8; 32] = Sha256::new().chain_update(kind).chain_update(id).finalize().into();
        let mut node = [0; 16];
        node.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        Node(node)
    }
}

/// SHA-256, as tokens, tickets and foreign ids are kept.
pub fn hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

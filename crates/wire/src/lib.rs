//! Types, limits and codes that every part of Vitrine shares.

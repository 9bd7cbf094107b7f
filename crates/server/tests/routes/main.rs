//! Every endpoint, over a real connection.

//! The few words that random sites and visits share, so that they meet.

pub const PRODUCT_EVENTS: [&str; 4] = ["Product Viewed", "Product Viewed", "Product Added", "Product Removed"];
pub const COUNTED: [&str; 5] = ["Product Viewed", "Product Viewed", "Product Added", "Order Completed", "Cart Viewed"];
pub const CATEGORIES: [&str; 3] = ["winter", "garden", "kitchen"];
pub const BRANDS: [&str; 3] = ["abel", "élan", "zora"];
pub const CHANNELS: [&str; 3] = ["email", "sms", "push"];
pub const FORMS: [&str; 2] = ["newsletter", "quote"];
pub const OFFERS: [&str; 2] = ["ten", "gift"];
pub const PATHS: [&str; 4] = ["/", "/winter", "/cart", "/terms"];
pub const ZONES: [&str; 5] = ["Europe/Paris", "Europe/Paris", "America/New_York", "Asia/Kolkata", ""];
/// Lengths of windows, as they are written and in milliseconds. Reads fall on their edges.
pub const LENGTHS: [(&str, i64); 7] = [
    ("20m", 1_200_000),
    ("30m", 1_800_000),
    ("1h", 3_600_000),
    ("6h", 21_600_000),
    ("1d", 86_400_000),
    ("7d", 604_800_000),
    ("2w", 1_209_600_000),
];

//! Rules of reading (family D): what a file can get wrong before anybody knows what it means.

pub mod include_trouble;
pub mod invalid_toml;
pub mod missing_key;
pub mod no_build;
pub mod too_large;
pub mod unknown_key;
pub mod unreadable_file;
pub mod wrong_shape;

use crate::finding::Rule;

/// Every reading rule, in the order of their codes.
pub const RULES: &[&Rule] = &[
    &invalid_toml::RULE,
    &unknown_key::RULE,
    &missing_key::RULE,
    &wrong_shape::RULE,
    &include_trouble::RULE,
    &no_build::RULE,
    &too_large::RULE,
    &unreadable_file::RULE,
];

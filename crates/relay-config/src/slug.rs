//! Names that go into file names and addresses.

/// Slugs go into file names and addresses.
pub(crate) fn slug(slug: &str, wrong: &mut Vec<String>) {
    let fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if slug.is_empty() || slug.len() > 64 || !slug.bytes().all(fine) {
        wrong.push(format!("`{slug}` is no slug: small letters, digits and hyphens, at most 64"));
    }
}

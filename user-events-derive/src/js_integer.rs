//! [`holds_one`], whether JavaScript reads other integers than a type writes.

use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// Whether a type writes integers that may be over 2^53, as far as it says so itself.
pub(crate) fn holds_one(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(is_or_holds_one),
        Type::Tuple(tuple) => tuple.elems.iter().any(holds_one),
        Type::Array(array) => holds_one(&array.elem),
        Type::Slice(slice) => holds_one(&slice.elem),
        Type::Reference(reference) => holds_one(&reference.elem),
        Type::Paren(paren) => holds_one(&paren.elem),
        Type::Group(group) => holds_one(&group.elem),
        _ => false,
    }
}

fn is_or_holds_one(segment: &PathSegment) -> bool {
    let name = segment.ident.to_string();
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        let integer = name.strip_prefix("NonZero").or_else(|| name.strip_prefix("Atomic")).unwrap_or(&name);
        let wide = ["u64", "i64", "u128", "i128", "usize", "isize"];
        return wide.iter().any(|wide| wide.eq_ignore_ascii_case(integer));
    };
    // The keys of a map are text.
    let keys = usize::from(name.ends_with("Map"));
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.by_ref().skip(keys).any(holds_one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_seen_through_what_is_around_them() {
        for (ty, expected) in [
            ("u64", true),
            ("std::primitive::i128", true),
            ("Option<Box<usize>>", true),
            ("Vec<(String, [i64; 3])>", true),
            ("BTreeMap<String, u64>", true),
            ("&'static [u128]", true),
            ("NonZeroU64", true),
            ("NonZero<isize>", true),
            ("u32", false),
            ("Vec<u16>", false),
            ("HashMap<u64, String>", false),
            ("NonZeroU32", false),
            ("f64", false),
            ("UserId", false),
        ] {
            assert_eq!(holds_one(&syn::parse_str(ty).unwrap()), expected, "{ty}");
        }
    }
}

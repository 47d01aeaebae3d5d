//! The cases that serde's `rename_all` knows, applied exactly as serde does.

use syn::LitStr;

use crate::suggest;

/// What `rename_all` makes of a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    const ALL: [(&'static str, Self); 8] = [
        ("lowercase", Self::Lower),
        ("UPPERCASE", Self::Upper),
        ("PascalCase", Self::Pascal),
        ("camelCase", Self::Camel),
        ("snake_case", Self::Snake),
        ("SCREAMING_SNAKE_CASE", Self::ScreamingSnake),
        ("kebab-case", Self::Kebab),
        ("SCREAMING-KEBAB-CASE", Self::ScreamingKebab),
    ];

    pub(crate) fn read(literal: &LitStr) -> syn::Result<Self> {
        let written = literal.value();
        let known = Self::ALL.iter().find(|(name, _)| *name == written);
        known.map(|&(_, case)| case).ok_or_else(|| {
            let names = suggest::list(Self::ALL.map(|(name, _)| name));
            syn::Error::new_spanned(literal, format!("unknown case; expected one of {names}"))
        })
    }

    /// The name of a field, which is taken to be in snake_case.
    pub(crate) fn of_field(self, field: &str) -> String {
        match self {
            Self::Lower | Self::Snake => field.to_owned(),
            Self::Upper | Self::ScreamingSnake => field.to_ascii_uppercase(),
            Self::Pascal => field.split('_').map(|word| first(word, |first| first.to_ascii_uppercase())).collect(),
            Self::Camel => first(&Self::Pascal.of_field(field), |first| first.to_ascii_lowercase()),
            Self::Kebab => field.replace('_', "-"),
            Self::ScreamingKebab => field.to_ascii_uppercase().replace('_', "-"),
        }
    }

    /// The name of a variant, which is taken to be in PascalCase.
    pub(crate) fn of_variant(self, variant: &str) -> String {
        match self {
            Self::Lower => variant.to_ascii_lowercase(),
            Self::Upper => variant.to_ascii_uppercase(),
            Self::Pascal => variant.to_owned(),
            Self::Camel => first(variant, |first| first.to_ascii_lowercase()),
            Self::Snake => snake(variant).to_ascii_lowercase(),
            Self::ScreamingSnake => snake(variant).to_ascii_uppercase(),
            Self::Kebab => snake(variant).to_ascii_lowercase().replace('_', "-"),
            Self::ScreamingKebab => snake(variant).to_ascii_uppercase().replace('_', "-"),
        }
    }
}

/// The word with its first character changed.
fn first(word: &str, change: impl FnOnce(char) -> char) -> String {
    let mut chars = word.chars();
    chars.next().map(change).into_iter().chain(chars).collect()
}

/// An underscore before each capital but the first character.
fn snake(variant: &str) -> String {
    let mut snake = String::with_capacity(variant.len() + 4);
    for (at, char) in variant.char_indices() {
        if at > 0 && char.is_uppercase() {
            snake.push('_');
        }
        snake.push(char);
    }
    snake
}

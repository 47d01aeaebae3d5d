//! The types of fields, as they are named outside the type that they are written in.

use std::cell::Cell;

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{Generics, Type};

use crate::shape::{Form, Own, Payload, Seen, Shape};
use crate::span;

/// What a type calls itself, and what stands for that in its descriptor.
pub(crate) struct Here {
    /// The type's name, with its parameters.
    own: TokenStream,
    ident: Ident,
    /// Type parameters keep the descriptor inside the impl. Without them it is a static, which knows neither `Self` nor
    /// the lifetimes of the impl, and which can name its own type.
    is_generic: bool,
    names_itself: Cell<bool>,
}

impl Here {
    pub(crate) fn new(ident: &Ident, generics: &Generics, is_generic: bool) -> Self {
        let (_, parameters, _) = generics.split_for_impl();
        let ident = span::generated(ident);
        Self { own: quote!(#ident #parameters), ident, is_generic, names_itself: Cell::new(false) }
    }

    /// Whether one of the types that were settled was the generic type itself.
    pub(crate) fn names_itself(&self) -> bool {
        self.names_itself.get()
    }

    pub(crate) fn settle(&self, ty: &Type) -> TokenStream {
        self.tokens(ty.to_token_stream())
    }

    fn tokens(&self, tokens: TokenStream) -> TokenStream {
        let tokens = tokens.into_iter().collect::<Vec<_>>();
        let mut settled = TokenStream::new();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            match token {
                TokenTree::Group(group) => {
                    let mut inner = Group::new(group.delimiter(), self.tokens(group.stream()));
                    inner.set_span(group.span());
                    settled.extend([TokenTree::Group(inner)]);
                }
                TokenTree::Punct(punct) if punct.as_char() == '\'' && !self.is_generic => {
                    at += 1;
                    settled.extend(quote!('static));
                }
                TokenTree::Ident(ident) if ident == "Self" => settled.extend(self.itself()),
                TokenTree::Ident(ident) if self.is_generic && *ident == self.ident => {
                    let arguments = arguments(&tokens[at..]);
                    let named = tokens[at - 1..at + arguments].iter().cloned().collect::<TokenStream>();
                    let is_path =
                        at >= 2 && matches!(&tokens[at - 2], TokenTree::Punct(colon) if colon.as_char() == ':');
                    if !is_path && named.to_string() == self.own.to_string() {
                        at += arguments;
                        settled.extend(self.itself());
                    } else {
                        settled.extend([token.clone()]);
                    }
                }
                other => settled.extend([other.clone()]),
            }
        }
        settled
    }

    fn itself(&self) -> TokenStream {
        if self.is_generic {
            self.names_itself.set(true);
            quote!(__Recursive)
        } else {
            // Its lifetimes become `'static`.
            self.tokens(self.own.clone())
        }
    }
}

/// How many of these tokens are one `<…>` at their start.
fn arguments(tokens: &[TokenTree]) -> usize {
    let mut open = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '<' => open += 1,
            TokenTree::Punct(punct) if punct.as_char() == '>' => open = open.saturating_sub(1),
            _ => {}
        }
        if open == 0 {
            return if at == 0 { 0 } else { at + 1 };
        }
    }
    0
}

/// The type parameters that the shape needs the schema of, and the types associated with one: `T`, `T::Id`.
pub(crate) fn parameters(shape: &Shape<'_>) -> Vec<TokenStream> {
    let parameters = shape.generics.type_params().map(|param| &param.ident).collect::<Vec<_>>();
    let mut found = Vec::<TokenStream>::new();
    each_type(shape, &mut |ty| find(&parameters, ty.to_token_stream(), &mut found));
    found
}

fn find(parameters: &[&Ident], tokens: TokenStream, found: &mut Vec<TokenStream>) {
    let tokens = tokens.into_iter().collect::<Vec<_>>();
    let is_colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            TokenTree::Group(group) => find(parameters, group.stream(), found),
            // It has a schema whatever its parameter has.
            TokenTree::Ident(ident) if ident == "PhantomData" => at += arguments(&tokens[at..]),
            TokenTree::Ident(ident) if parameters.contains(&ident) && !(at >= 2 && is_colon(at - 2)) => {
                let end = if is_colon(at) && is_colon(at + 1) { at + 3 } else { at };
                let end = end.min(tokens.len());
                let ty = tokens[at - 1..end].iter().cloned().collect::<TokenStream>();
                if found.iter().all(|known| known.to_string() != ty.to_string()) {
                    found.push(ty);
                }
                at = end;
            }
            _ => {}
        }
    }
}

fn each_type(shape: &Shape<'_>, visit: &mut impl FnMut(&Type)) {
    let mut seen = |seen: &Seen| {
        for form in seen.forms() {
            if let Form::Type(ty) | Form::Refined(ty, _) = form {
                visit(ty);
            }
        }
    };
    seen(&shape.seen);
    match &shape.own {
        None | Some(Own::Unit) => {}
        Some(Own::Newtype(inner)) => seen(inner),
        Some(Own::Tuple(places)) => places.iter().for_each(|place| seen(&place.seen)),
        Some(Own::Struct { fields, .. }) => fields.iter().for_each(|field| seen(&field.seen)),
        Some(Own::Enum { variants, .. }) => variants.iter().for_each(|variant| match &variant.payload {
            Payload::Unit => {}
            Payload::Newtype(inner) => seen(inner),
            Payload::Tuple(places) => places.iter().for_each(|place| seen(&place.seen)),
            Payload::Struct(fields) => fields.iter().for_each(|field| seen(&field.seen)),
        }),
    }
}

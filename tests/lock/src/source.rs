//! [`Source`], Rust text that declares a type and what it is made of.

use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{
    Attribute, Data, DeriveInput, Expr, Field, Fields, Ident, Lit, Meta, Path, Token, Variant,
    parse::{Parse, ParseStream},
    punctuated::Punctuated,
};

/// The type that a pair is about.
pub const ROOT: &str = "E";

/// Rust text that declares [`ROOT`] and what it is made of. The derives are added.
pub struct Source {
    items: Vec<Item>,
}

enum Item {
    Type(Box<DeriveInput>),
    /// An alias, an impl, a function.
    Other(TokenStream),
}

impl Source {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// It is not Rust.
    pub fn parse(text: &str) -> Result<Self> {
        syn::parse_str(text).map_err(|error| anyhow!("{error}")).with_context(|| format!("in `{text}`"))
    }

    /// A module with the type, for the oracle and for the verdict.
    #[must_use]
    pub fn compared(&self, module: &str) -> TokenStream {
        let module = format_ident!("{module}");
        let items = self.items.iter().map(|item| match item {
            Item::Other(tokens) => tokens.clone(),
            Item::Type(input) => {
                let derives = self.derives(input, &[quote!(::user_events::EventSchema)]);
                let means = if self.implements(input, "Means") { quote!() } else { means(input) };
                let sample = if self.implements(input, "Sample") { quote!() } else { sample(input) };
                quote!(#derives #input #means #sample)
            }
        });
        let root = format_ident!("{ROOT}");
        quote! {
            mod #module {
                use ::lock::prelude::*;
                #(#items)*
                pub(crate) const TYPE: ::lock::report::Type = ::lock::report::Type {
                    model: Model::of::<#root>(),
                    schema: <#root as ::user_events::EventSchema>::SCHEMA,
                };
            }
        }
    }

    /// The type as an event, for a file of its own.
    #[must_use]
    pub fn event_body(&self, event_type: &str) -> TokenStream {
        let items = self.items.iter().map(|item| match item {
            // Samples are for the oracle.
            Item::Other(tokens) if tokens.to_string().contains("impl Sample for") => quote!(),
            Item::Other(tokens) => tokens.clone(),
            Item::Type(input) if input.ident == ROOT => {
                let derives = self.derives(input, &[quote!(::user_events::DomainEvent)]);
                let mut input = (**input).clone();
                input.vis = syn::parse_quote!(pub);
                quote!(#derives #[event(type = #event_type, version = 1, exchange = "pairs")] #input)
            }
            Item::Type(input) => {
                let derives = self.derives(input, &[quote!(::user_events::EventSchema)]);
                quote!(#derives #input)
            }
        });
        quote!(#(#items)*)
    }

    /// Whether the text has this impl of its own.
    fn implements(&self, input: &DeriveInput, of: &str) -> bool {
        let end = format!("{of} for {}", input.ident);
        self.items.iter().any(|item| matches!(item, Item::Other(tokens) if tokens.to_string().contains(&end)))
    }

    /// What the text does not derive itself.
    fn derives(&self, input: &DeriveInput, schema: &[TokenStream]) -> TokenStream {
        let mut derives = vec![quote!(Clone), quote!(Debug)];
        for of in ["Serialize", "Deserialize"] {
            if !self.implements(input, of) && !self.implements(input, &format!("{of} < 'de >")) {
                let of = format_ident!("{of}");
                derives.push(quote!(::serde::#of));
            }
        }
        if !self.implements(input, "EventSchema") {
            derives.extend_from_slice(schema);
        }
        quote!(#[derive(#(#derives),*)])
    }

    /// The names that a name is also read from.
    #[must_use]
    pub fn aliases(&self) -> BTreeMap<String, Vec<String>> {
        let mut aliases = BTreeMap::<String, Vec<String>>::new();
        for item in &self.items {
            let Item::Type(input) = item else { continue };
            let fields: Vec<&Field> = match &input.data {
                Data::Struct(data) => data.fields.iter().collect(),
                Data::Enum(data) => data.variants.iter().flat_map(|variant| variant.fields.iter()).collect(),
                Data::Union(_) => Vec::new(),
            };
            for field in fields {
                let serde = Serde::of(&field.attrs);
                let Some(ident) = &field.ident else { continue };
                let name = serde.text("rename").unwrap_or_else(|| ident.to_string());
                aliases.entry(name).or_default().extend(serde.texts("alias"));
            }
        }
        aliases
    }
}

impl Parse for Source {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut items = Vec::new();
        while !input.is_empty() {
            let ahead = input.fork();
            Attribute::parse_outer(&ahead)?;
            ahead.parse::<syn::Visibility>()?;
            items.push(if ahead.peek(Token![struct]) || ahead.peek(Token![enum]) {
                let mut input: DeriveInput = input.parse()?;
                input.vis = syn::parse_quote!(pub(crate));
                Item::Type(Box::new(input))
            } else {
                Item::Other(other(input)?)
            });
        }
        Ok(Self { items })
    }
}

/// An item that ends with a semicolon or a block.
fn other(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    loop {
        let token: proc_macro2::TokenTree = input.parse()?;
        let last = match &token {
            proc_macro2::TokenTree::Punct(punct) => punct.as_char() == ';',
            proc_macro2::TokenTree::Group(group) => group.delimiter() == proc_macro2::Delimiter::Brace,
            _ => false,
        };
        tokens.extend([token]);
        if last {
            return Ok(tokens);
        }
    }
}

/// What `#[serde(…)]` says.
struct Serde(Vec<Meta>);

impl Serde {
    fn of(attributes: &[Attribute]) -> Self {
        let serde = attributes.iter().filter(|attribute| attribute.path().is_ident("serde"));
        let metas = serde
            .filter_map(|attribute| attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok());
        Self(metas.flatten().collect())
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|meta| meta.path().is_ident(name))
    }

    fn texts(&self, name: &str) -> impl Iterator<Item = String> {
        self.0.iter().filter(move |meta| meta.path().is_ident(name)).filter_map(|meta| {
            let Meta::NameValue(pair) = meta else { return None };
            let Expr::Lit(literal) = &pair.value else { return None };
            let Lit::Str(text) = &literal.lit else { return None };
            Some(text.value())
        })
    }

    fn text(&self, name: &str) -> Option<String> {
        self.texts(name).next()
    }

    fn path(&self, name: &str) -> Option<Path> {
        self.text(name).and_then(|text| syn::parse_str(&text).ok())
    }

    /// Neither written nor read, or read only: it has no value of its own.
    fn skipped(&self) -> bool {
        self.has("skip") || (self.has("skip_serializing") && self.has("skip_deserializing"))
    }
}

/// `impl Means`.
fn means(input: &DeriveInput) -> TokenStream {
    let name = &input.ident;
    let serde = Serde::of(&input.attrs);
    let mut generics = input.generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(syn::parse_quote!(Means));
    }
    let (impl_generics, type_generics, wheres) = generics.split_for_impl();
    let mut absent = quote!();
    let body = if ["into", "from", "try_from", "remote"].iter().any(|name| serde.has(name)) {
        quote!(Meaning::written(self))
    } else {
        match &input.data {
            Data::Struct(data) => {
                if let Fields::Named(fields) = &data.fields
                    && !serde.has("transparent")
                {
                    let parts = fields.named.iter().map(absent_part);
                    absent = quote!(fn absent() -> Meaning { Fields::new() #(#parts)* .unwritten() });
                }
                let default = serde.has("default").then(|| quote!(Self));
                let access = |place: usize, field: &Field| match &field.ident {
                    Some(ident) => quote!(&self.#ident),
                    None => {
                        let place = syn::Index::from(place);
                        quote!(&self.#place)
                    }
                };
                content(&data.fields, &serde, default.as_ref(), &access, Some(&quote!(self)))
            }
            Data::Enum(data) => variants(name, data, input, &serde),
            Data::Union(_) => quote!(compile_error!("a union is no event")),
        }
    };
    quote! {
        impl #impl_generics Means for #name #type_generics #wheres {
            fn meaning(&self) -> Meaning { #body }
            #absent
        }
    }
}

fn absent_part(field: &Field) -> TokenStream {
    let serde = Serde::of(&field.attrs);
    let (ident, ty) = (field.ident.as_ref().map(Ident::to_string), &field.ty);
    if serde.skipped() {
        quote!()
    } else if serde.has("flatten") {
        quote!(.flatten::<#ty>(#ident, None))
    } else {
        quote!(.field(#ident, Meaning::Null, false, None))
    }
}

/// The meaning of fields. `access` gives a reference to each.
fn content(
    fields: &Fields,
    serde: &Serde,
    default: Option<&TokenStream>,
    access: &dyn Fn(usize, &Field) -> TokenStream,
    whole: Option<&TokenStream>,
) -> TokenStream {
    let live: Vec<_> = fields.iter().enumerate().filter(|(_, field)| !Serde::of(&field.attrs).skipped()).collect();
    match fields {
        Fields::Unit => quote!(Meaning::Unit),
        _ if serde.has("transparent") => {
            let Some((place, field)) = live.first() else { return quote!(Meaning::Unit) };
            value(field, &access(*place, field))
        }
        Fields::Unnamed(all) if all.unnamed.len() == 1 => {
            let Some((place, field)) = live.first() else { return quote!(Meaning::Unit) };
            value(field, &access(*place, field))
        }
        Fields::Unnamed(_) => {
            let values = live.iter().map(|(place, field)| value(field, &access(*place, field)));
            quote!(Meaning::List(vec![#(#values),*]))
        }
        Fields::Named(_) => {
            let parts = live.iter().map(|(place, field)| named(field, &access(*place, field), default));
            match whole {
                Some(whole) => quote!(Fields::new() #(#parts)* .of(#whole)),
                None => quote!(Fields::new() #(#parts)* .unwritten()),
            }
        }
    }
}

fn named(field: &Field, access: &TokenStream, container_default: Option<&TokenStream>) -> TokenStream {
    let serde = Serde::of(&field.attrs);
    let (name, ty) = (field.ident.as_ref().map(Ident::to_string), &field.ty);
    if serde.has("flatten") {
        return quote!(.flatten(#name, Some(#access)));
    }
    let value = value(field, access);
    let omitted = match serde.path("skip_serializing_if") {
        Some(path) => quote!(#path(#access)),
        None => quote!(false),
    };
    let ident = &field.ident;
    let default = if let Some(path) = serde.path("default") {
        quote!(Some(|| Means::meaning(&#path())))
    } else if serde.has("default") {
        quote!(Some(|| Means::meaning(&<#ty as Default>::default())))
    } else if let Some(whole) = container_default {
        quote!(Some(|| Means::meaning(&<#whole as Default>::default().#ident)))
    } else {
        quote!(None)
    };
    quote!(.field(#name, #value, #omitted, #default))
}

/// What a field means: through an adapter, what that writes.
fn value(field: &Field, access: &TokenStream) -> TokenStream {
    let serde = Serde::of(&field.attrs);
    let ty = &field.ty;
    let adapter = serde.path("with");
    // What it is worth is lost only where it is written again.
    let keeps = serde.text("with").is_some_and(|path| path.contains("millis") && path.contains("user_events"));
    match adapter {
        Some(path) if !keeps => quote!({
            struct Through<'a>(&'a #ty);
            impl ::serde::Serialize for Through<'_> {
                fn serialize<S: ::serde::Serializer>(&self, to: S) -> ::std::result::Result<S::Ok, S::Error> {
                    #path::serialize(self.0, to)
                }
            }
            Meaning::written(&Through(#access))
        }),
        _ => quote!(Means::meaning(#access)),
    }
}

fn variants(name: &Ident, data: &syn::DataEnum, input: &DeriveInput, serde: &Serde) -> TokenStream {
    let open = input.attrs.iter().any(|attribute| {
        attribute.path().is_ident("event") && attribute.parse_args::<Ident>().is_ok_and(|ident| ident == "open")
    });
    let whole_untagged = serde.has("untagged");
    let live = data.variants.iter().filter(|variant| !Serde::of(&variant.attrs).skipped());
    let idents: Vec<String> = live.map(|variant| variant.ident.to_string()).collect();
    let all: Vec<String> = data.variants.iter().map(|variant| variant.ident.to_string()).collect();
    let patterns: Vec<TokenStream> = data
        .variants
        .iter()
        .map(|variant| {
            let ident = &variant.ident;
            quote!(#name::#ident { .. })
        })
        .collect();
    let arms = data.variants.iter().map(|variant| {
        let own = Serde::of(&variant.attrs);
        let (pattern, access) = bindings(variant);
        let payload = content(&variant.fields, &Serde(Vec::new()), None, &access, None);
        let catch = match catches(variant, &own) {
            None => quote!(None),
            Some("Other") if open => quote!(Some(Catch::Open)),
            Some(how) => {
                let how = format_ident!("{how}");
                quote!(Some(Catch::#how))
            }
        };
        let untagged = whole_untagged || own.has("untagged");
        let (ident, text) = (&variant.ident, variant.ident.to_string());
        let home = if whole_untagged {
            quote!(home(self, #text, &[#((#all, |it| matches!(it, #patterns))),*]))
        } else {
            quote!(#text)
        };
        quote! {
            #name::#ident #pattern => Variant::of(self, #text, &[#(#idents),*], #untagged, #home, #catch, #payload)
        }
    });
    quote!(#[allow(unused_variables)] match self { #(#arms),* })
}

/// How the variant takes what no other takes.
fn catches(variant: &Variant, serde: &Serde) -> Option<&'static str> {
    if serde.has("other") {
        return Some("Other");
    }
    (serde.has("untagged") && holds_anything(variant)).then_some("Any")
}

fn holds_anything(variant: &Variant) -> bool {
    let Fields::Unnamed(fields) = &variant.fields else { return false };
    let is_value = |field: &Field| {
        let ty = &field.ty;
        quote!(#ty).to_string().ends_with("Value")
    };
    fields.unnamed.len() == 1 && fields.unnamed.iter().all(is_value)
}

type Access<'a> = Box<dyn Fn(usize, &Field) -> TokenStream + 'a>;

fn bindings(variant: &Variant) -> (TokenStream, Access<'_>) {
    match &variant.fields {
        Fields::Unit => (quote!(), Box::new(|_, _| quote!())),
        Fields::Named(fields) => {
            let names = fields.named.iter().map(|field| &field.ident);
            (
                quote!({ #(#names),* }),
                Box::new(|_, field: &Field| {
                    let ident = &field.ident;
                    quote!(#ident)
                }),
            )
        }
        Fields::Unnamed(fields) => {
            let names = (0..fields.unnamed.len()).map(|place| format_ident!("f{place}"));
            (
                quote!((#(#names),*)),
                Box::new(|place, _| {
                    let name = format_ident!("f{place}");
                    quote!(#name)
                }),
            )
        }
    }
}

/// `impl Sample`: the values of a field that is never written are its default.
fn sample(input: &DeriveInput) -> TokenStream {
    let name = &input.ident;
    let mut generics = input.generics.clone();
    for parameter in generics.type_params_mut() {
        parameter.bounds.push(syn::parse_quote!(Sample));
    }
    let (impl_generics, type_generics, wheres) = generics.split_for_impl();
    let body = match &input.data {
        Data::Struct(data) => combinations(&quote!(Self), &data.fields),
        Data::Enum(data) => {
            // Catch-all variants are for readers, and one that is skipped cannot be written.
            let written = data.variants.iter().filter(|variant| {
                let serde = Serde::of(&variant.attrs);
                !serde.skipped() && !serde.has("skip_serializing") && catches(variant, &serde).is_none()
            });
            let untagged = Serde::of(&input.attrs).has("untagged");
            let all = written.map(|variant| {
                let ident = &variant.ident;
                let values = combinations(&quote!(#name::#ident), &variant.fields);
                // What another variant of its own type takes was never meant to be this one.
                let kept = untagged && holds_anything(variant);
                if kept { quote!(own_variant(#values)) } else { values }
            });
            quote!({ let mut all: Vec<Self> = Vec::new(); #(all.extend(thin(#all));)* all })
        }
        Data::Union(_) => quote!(Vec::new()),
    };
    quote! {
        impl #impl_generics Sample for #name #type_generics #wheres {
            #[allow(unused_variables)]
            fn samples(depth: usize) -> Vec<Self> { #body }
        }
    }
}

fn combinations(path: &TokenStream, fields: &Fields) -> TokenStream {
    if matches!(fields, Fields::Unit) {
        return quote!(vec![#path]);
    }
    let (mut lets, mut names, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for (place, field) in fields.iter().enumerate() {
        let (name, ty) = (format_ident!("s{place}"), &field.ty);
        lets.push(if Serde::of(&field.attrs).skipped() {
            quote!(let #name: Vec<#ty> = vec![Default::default()];)
        } else {
            quote!(let #name = thin(<#ty as Sample>::samples(depth));)
        });
        values.push(match &field.ident {
            Some(ident) => quote!(#ident: pick(&#name, row[#place])),
            None => quote!(pick(&#name, row[#place])),
        });
        names.push(name);
    }
    let made = match fields {
        Fields::Named(_) => quote!(#path { #(#values),* }),
        _ => quote!(#path(#(#values),*)),
    };
    quote!({ #(#lets)* rows(&[#(#names.len()),*]).into_iter().map(|row| #made).collect::<Vec<_>>() })
}

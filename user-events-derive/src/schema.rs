//! `#[derive(EventSchema)]`, which `#[derive(DomainEvent)]` includes.

use proc_macro2::{Literal, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{DeriveInput, Error, GenericParam, Generics, Type};

use crate::attr::TypeAttr;
use crate::mistakes::Mistakes;
use crate::private::Private;
use crate::serde_attr::Names;
use crate::shape::{
    self, Absent, Form, Omitted, Own, Part, Payload, Place, Representation, Seen, Settings, Shape, Variant,
};
use crate::types::{self, Here};
use crate::{assertion, attr, fallback, local_hash, span};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    if let Some(setting) = attr::event_setting(&input.attrs) {
        let message =
            "an event derives `DomainEvent`, which includes `EventSchema`: remove the latter from the derives";
        return Error::new_spanned(setting, message).to_compile_error();
    }
    let mut mistakes = Mistakes::default();
    let attr = TypeAttr::read(&input.attrs, &mut mistakes);
    let settings = attr.settings(input, &mut mistakes);
    let shape = Shape::read(input, &settings, &mut mistakes);
    match mistakes.check(shape) {
        Ok(shape) => {
            let expanded = expand(&attr.private(), &shape);
            let warning = without_catch_all(&attr, &shape);
            quote!(#expanded #warning)
        }
        Err(error) => fallback::schema(input, &attr.private(), &error),
    }
}

/// The warning that an open enum reads no variants that it does not know. Of an untagged one that cannot be told.
fn without_catch_all(attr: &TypeAttr, shape: &Shape<'_>) -> Option<TokenStream> {
    let Some(Own::Enum { representation, open: true, variants, .. }) = &shape.own else { return None };
    let is_catch_all = |variant: &Variant| variant.read && (variant.other || variant.untagged);
    if matches!(representation, Representation::Untagged)
        || variants.iter().any(is_catch_all)
        || attr.allow.has("no_catch_all")
    {
        return None;
    }
    let message = format!(
        "`{}` is open, but refuses variants that it does not know: add one with `#[serde(other)]`, or say \
         `#[event(allow(no_catch_all))]`",
        shape.ident
    );
    Some(assertion::warning("no_catch_all", &message, shape.ident.span()))
}

pub(crate) fn expand(private: &Private, shape: &Shape<'_>) -> TokenStream {
    let items = items(shape);
    quote! {
        const _: () = {
            use #private;

            #items
        };
    }
}

/// The descriptor and the impl, for a block that has `__private` in scope.
pub(crate) fn items(shape: &Shape<'_>) -> TokenStream {
    let is_generic = shape.generics.params.iter().any(|param| !matches!(param, GenericParam::Lifetime(_)));
    let expansion = Expansion { shape, is_generic, here: Here::new(shape.ident, shape.generics, is_generic) };
    let descriptor = expansion.descriptor();
    let ident = span::generated(shape.ident);

    if !is_generic {
        let (generics, types, condition) = shape.generics.split_for_impl();
        return quote! {
            static __SCHEMA: __private::Descriptor = #descriptor;

            #[automatically_derived]
            impl #generics __private::EventSchema for #ident #types #condition {
                const SCHEMA: __private::Schema = __private::Schema::of(&__SCHEMA);
            }
        };
    }

    let recursive = expansion.here.names_itself().then(|| expansion.recursive());
    let bounded = expansion.bounded();
    let (generics, types, condition) = bounded.split_for_impl();
    quote! {
        #recursive

        #[automatically_derived]
        impl #generics __private::EventSchema for #ident #types #condition {
            const SCHEMA: __private::Schema = __private::Schema::of(&#descriptor);
        }
    }
}

struct Expansion<'a> {
    shape: &'a Shape<'a>,
    /// Whether it has parameters that its descriptor depends on.
    is_generic: bool,
    here: Here,
}

impl Expansion<'_> {
    fn descriptor(&self) -> TokenStream {
        match &self.shape.seen {
            Seen::Same(Form::Own) => self.own(),
            Seen::Same(Form::Opaque(name)) => quote!(__private::Descriptor::Opaque(#name)),
            Seen::Same(Form::Refined(ty, by)) => refined(&self.of_type(ty), by),
            Seen::Same(form) => {
                let schema = self.form(form);
                quote!(__private::Descriptor::transparent(#schema))
            }
            Seen::Asymmetric { writer, reader } => self.asymmetric(writer, reader),
        }
    }

    fn asymmetric(&self, writer: &Form, reader: &Form) -> TokenStream {
        let (writer, reader) = (self.form(writer), self.form(reader));
        quote!(__private::Descriptor::Asymmetric { writer: #writer, reader: #reader })
    }

    /// What a value is, as an expression of type `Schema`.
    fn schema(&self, seen: &Seen) -> TokenStream {
        match seen {
            Seen::Same(form) => self.form(form),
            Seen::Asymmetric { writer, reader } => schema_of(&self.asymmetric(writer, reader)),
        }
    }

    fn form(&self, form: &Form) -> TokenStream {
        match form {
            Form::Own => schema_of(&self.own()),
            Form::Type(ty) => self.of_type(ty),
            Form::Adapter(name) => {
                let name = quote::format_ident!("{name}");
                quote!(__private::adapter::#name)
            }
            Form::Opaque(name) => schema_of(&quote!(__private::Descriptor::Opaque(#name))),
            Form::Refined(ty, by) => schema_of(&refined(&self.of_type(ty), by)),
            Form::RefinedOwn(by) => schema_of(&refined(&schema_of(&self.own()), by)),
        }
    }

    fn of_type(&self, ty: &Type) -> TokenStream {
        let written = self.here.settle(ty);
        quote_spanned!(span::at(ty.span())=> <#written as __private::EventSchema>::SCHEMA)
    }

    fn own(&self) -> TokenStream {
        let Some(own) = &self.shape.own else { return TokenStream::new() };
        match own {
            Own::Unit => quote!(__private::Descriptor::Scalar(__private::Scalar::Null)),
            Own::Newtype(seen) => {
                let schema = self.schema(seen);
                quote!(__private::Descriptor::Newtype(#schema))
            }
            Own::Tuple(places) => {
                let places = self.places(places);
                quote!(__private::Descriptor::Tuple(&[#(#places),*]))
            }
            Own::Struct { tag, deny_unknown_fields, fields } => {
                let fields = self.parts(fields).collect::<Vec<_>>();
                let head = self.head(own);
                let tail = self.tail();
                let tag = tag.as_ref().map(|(key, name)| quote!(.with_tag(#key, #name)));
                let deny = deny_unknown_fields.then(|| quote!(.with_deny_unknown_fields()));
                quote! {
                    __private::Descriptor::Struct(&__private::Struct::new(#head, &[#(#fields),*]) #tag #deny #tail)
                }
            }
            Own::Enum { representation, deny_unknown_fields, open, variants } => {
                let variants = variants.iter().map(|variant| self.variant(variant)).collect::<Vec<_>>();
                let head = self.head(own);
                let tail = self.tail();
                let representation = self::representation(representation);
                let deny = deny_unknown_fields.then(|| quote!(.with_deny_unknown_fields()));
                let open = open.then(|| quote!(.with_open()));
                quote! {
                    __private::Descriptor::Enum(
                        &__private::Enum::new(#head, &[#(#variants),*]) #representation #deny #open #tail
                    )
                }
            }
        }
    }

    /// The name, the id and the hash. It comes after the fields, which say whether the type names itself.
    fn head(&self, own: &Own) -> TokenStream {
        let name = self.name();
        let hash = literal(local_hash::of(own));
        let id = if self.here.names_itself() { quote!(__ID) } else { self.id() };
        quote!(#name, #id, #hash)
    }

    fn tail(&self) -> TokenStream {
        let generic = self.is_generic.then(|| quote!(.with_generic()));
        let docs = docs(&self.shape.docs);
        quote!(#generic #docs)
    }

    fn name(&self) -> String {
        syn::ext::IdentExt::unraw(self.shape.ident).to_string()
    }

    fn id(&self) -> TokenStream {
        let package = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
        let own = self.shape.own.as_ref().map_or(0, local_hash::of);
        let seed = literal(local_hash::of_text(&format!("{package} {} {own}", self.name())));
        quote!(__private::type_id(::core::module_path!(), ::core::line!(), ::core::column!(), #seed))
    }

    /// What stands for the type inside itself, where its own schema is not known yet.
    fn recursive(&self) -> TokenStream {
        let id = self.id();
        quote! {
            const __ID: u64 = #id;

            enum __Recursive {}

            #[automatically_derived]
            impl __private::EventSchema for __Recursive {
                const SCHEMA: __private::Schema = __private::Schema::of(&__private::Descriptor::Recursive(__ID));
            }
        }
    }

    /// The generics with a bound for each parameter that JSON shows.
    fn bounded(&self) -> Generics {
        let mut generics = self.shape.generics.clone();
        let bounds = types::parameters(self.shape);
        if !bounds.is_empty() {
            let predicates = &mut generics.make_where_clause().predicates;
            predicates.extend(
                bounds.iter().map(|ty| -> syn::WherePredicate { syn::parse_quote!(#ty: __private::EventSchema) }),
            );
        }
        generics
    }

    fn parts<'a>(&'a self, parts: &'a [Part]) -> impl Iterator<Item = TokenStream> + 'a {
        parts.iter().map(|part| {
            let Part { ident, names, written, read, omitted, absent, flatten, allow_js_integer, seen, docs } = part;
            let schema = self.schema(seen);
            let (names, sides) = self::names(names, *written, *read);
            let omitted = match omitted {
                Omitted::Never => None,
                Omitted::Sometimes => Some(quote!(.with_omitted(__private::Omitted::Sometimes))),
                Omitted::None => Some(quote!(.with_omitted(__private::Omitted::None))),
            };
            let absent = match absent {
                Absent::ByType => None,
                Absent::Default => Some(quote!(.with_absent(__private::Absent::Default))),
                Absent::Refused => Some(quote!(.with_absent(__private::Absent::Refused))),
            };
            let flatten = flatten.then(|| quote!(.with_flatten()));
            let allow = allow_js_integer.then(|| quote!(.with_js_integer()));
            let docs = self::docs(docs);
            quote! {
                __private::Field::new(#ident, #names, #schema) #sides #omitted #absent #flatten #allow #docs
            }
        })
    }

    fn places<'a>(&'a self, places: &'a [Place]) -> impl Iterator<Item = TokenStream> + 'a {
        places.iter().map(|Place { seen, written, read, default, allow_js_integer }| {
            let schema = self.schema(seen);
            let unwritten = (!written).then(|| quote!(.unwritten()));
            let unread = (!read).then(|| quote!(.unread()));
            let default = default.then(|| quote!(.with_default()));
            let allow = allow_js_integer.then(|| quote!(.with_js_integer()));
            quote!(__private::Element::new(#schema) #unwritten #unread #default #allow)
        })
    }

    fn variant(&self, variant: &Variant) -> TokenStream {
        let Variant { ident, names, written, read, other, untagged, allow_js_integer, payload, docs } = variant;
        let (names, sides) = self::names(names, *written, *read);
        let payload = match payload {
            Payload::Unit => quote!(Unit),
            Payload::Newtype(seen) => {
                let schema = self.schema(seen);
                quote!(Newtype(#schema))
            }
            Payload::Tuple(places) => {
                let places = self.places(places);
                quote!(Tuple(&[#(#places),*]))
            }
            Payload::Struct(fields) => {
                let fields = self.parts(fields);
                quote!(Struct(&[#(#fields),*]))
            }
        };
        let other = other.then(|| quote!(.with_other()));
        let untagged = untagged.then(|| quote!(.with_untagged()));
        let allow = allow_js_integer.then(|| quote!(.with_js_integer()));
        let docs = self::docs(docs);
        quote!(__private::Variant::new(#ident, #names, __private::Payload::#payload) #sides #other #untagged #allow #docs)
    }
}

/// The names for `new`, and what says where they differ between the sides.
fn names(names: &Names, written: bool, read: bool) -> (TokenStream, Option<TokenStream>) {
    let Names { written: name, read: all } = names;
    if !read {
        return (quote!(&[#name]), Some(quote!(.unread())));
    }
    let sides = match written {
        false => Some(quote!(.unwritten())),
        true if all.first() == Some(name) => None,
        true => Some(quote!(.with_written(#name))),
    };
    (quote!(&[#(#all),*]), sides)
}

fn representation(representation: &Representation) -> Option<TokenStream> {
    let representation = match representation {
        Representation::External => return None,
        Representation::Internal { tag } => quote!(Internal { tag: #tag }),
        Representation::Adjacent { tag, content } => quote!(Adjacent { tag: #tag, content: #content }),
        Representation::Untagged => quote!(Untagged),
    };
    Some(quote!(.with_representation(__private::Representation::#representation)))
}

/// Documentation is shown, not compared, so that other builds do without it.
fn docs(docs: &str) -> Option<TokenStream> {
    (!docs.is_empty() && shape::is_dumped()).then(|| quote!(.with_docs(#docs)))
}

fn refined(inner: &TokenStream, by: &str) -> TokenStream {
    quote!(__private::Descriptor::Refined { inner: #inner, by: #by })
}

fn schema_of(descriptor: &TokenStream) -> TokenStream {
    quote!(__private::Schema::of(&#descriptor))
}

fn literal(hash: u64) -> Literal {
    Literal::u64_unsuffixed(hash)
}

impl TypeAttr {
    fn settings(&self, input: &DeriveInput, mistakes: &mut Mistakes) -> Settings {
        if self.open.value().is_some() && !matches!(input.data, syn::Data::Enum(_)) {
            mistakes.report(&input.ident, "only an enum is `open`: its readers expect variants that they do not know");
        }
        if let (Some(_), Some(name)) = (self.open.value(), self.opaque.value()) {
            mistakes.report(name, "what is compared by a name has no variants to expect: remove `open` or `opaque`");
        }
        Settings {
            opaque: self.opaque.value().map(syn::LitStr::value),
            open: self.open.value().is_some(),
            allow_js_integer: self.allow.has("js_integer"),
        }
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    fn check(input: &DeriveInput, written: &TokenStream) {
        assert_eq!(derive(input).to_string(), written.to_string());
    }

    /// What is computed of a type: its id and its hash.
    fn computed(input: &DeriveInput) -> (TokenStream, Literal) {
        let settings = Settings { opaque: None, open: false, allow_js_integer: false };
        let mut mistakes = Mistakes::default();
        let shape = Shape::read(input, &settings, &mut mistakes);
        let shape = mistakes.check(shape).unwrap();
        let here = Here::new(shape.ident, shape.generics, false);
        let id = Expansion { shape: &shape, is_generic: false, here }.id();
        (id, literal(shape.own.as_ref().map_or(0, local_hash::of)))
    }

    #[test]
    fn expands_to_what_one_would_write() {
        let input = parse_quote! {
            #[serde(rename_all = "camelCase")]
            struct Address {
                street: String,
                #[serde(default, alias = "zip")]
                postal_code: Option<String>,
                neighbours: Vec<Self>,
            }
        };
        let (id, hash) = computed(&input);
        check(
            &input,
            &quote! {
                const _: () = {
                    use ::user_events::__private;

                    static __SCHEMA: __private::Descriptor =
                        __private::Descriptor::Struct(&__private::Struct::new("Address", #id, #hash, &[
                            __private::Field::new(
                                "street",
                                &["street"],
                                <String as __private::EventSchema>::SCHEMA
                            ),
                            __private::Field::new(
                                "postal_code",
                                &["postalCode", "zip"],
                                <Option<String> as __private::EventSchema>::SCHEMA
                            ).with_absent(__private::Absent::Default),
                            __private::Field::new(
                                "neighbours",
                                &["neighbours"],
                                <Vec<Address> as __private::EventSchema>::SCHEMA
                            )
                        ]));

                    #[automatically_derived]
                    impl __private::EventSchema for Address {
                        const SCHEMA: __private::Schema = __private::Schema::of(&__SCHEMA);
                    }
                };
            },
        );
    }

    #[test]
    fn a_generic_type_has_its_descriptor_in_the_impl() {
        let input = parse_quote! {
            #[event(crate = platform::events)]
            enum List<T> where T: Copy {
                More(T, Box<List<T>>),
                End,
            }
        };
        let (id, hash) = computed(&input);
        check(
            &input,
            &quote! {
                const _: () = {
                    use platform::events::__private;

                    const __ID: u64 = #id;

                    enum __Recursive {}

                    #[automatically_derived]
                    impl __private::EventSchema for __Recursive {
                        const SCHEMA: __private::Schema =
                            __private::Schema::of(&__private::Descriptor::Recursive(__ID));
                    }

                    #[automatically_derived]
                    impl<T> __private::EventSchema for List<T> where T: Copy, T: __private::EventSchema {
                        const SCHEMA: __private::Schema = __private::Schema::of(&__private::Descriptor::Enum(
                            &__private::Enum::new("List", __ID, #hash, &[
                                __private::Variant::new("More", &["More"], __private::Payload::Tuple(&[
                                    __private::Element::new(<T as __private::EventSchema>::SCHEMA),
                                    __private::Element::new(<Box<__Recursive> as __private::EventSchema>::SCHEMA)
                                ])),
                                __private::Variant::new("End", &["End"], __private::Payload::Unit)
                            ]).with_generic()
                        ));
                    }
                };
            },
        );
    }

    #[test]
    fn a_mistake_leaves_a_schema_behind() {
        let expanded = derive(&parse_quote! {
            struct Price {
                #[serde(with = "money")]
                amount: u64,
            }
        });
        let expanded = expanded.to_string();
        assert!(expanded.starts_with(":: core :: compile_error !"), "{expanded}");
        assert!(expanded.contains("impl __private :: EventSchema for Price"), "{expanded}");
    }

    #[test]
    fn the_hash_is_that_of_what_json_shows() {
        let hash = |input: &DeriveInput| computed(input).1.to_string();
        let base = hash(&parse_quote!(
            struct A {
                #[serde(alias = "x", alias = "y")]
                a: u8,
                b: u8,
            }
        ));
        for same in [
            parse_quote!(
                struct B {
                    #[serde(alias = "y", alias = "x")]
                    a: u64,
                    b: u8,
                }
            ),
            parse_quote!(
                struct A {
                    #[serde(alias = "x", alias = "y", alias = "a")]
                    a: u8,
                    #[serde(skip)]
                    c: u8,
                    b: u8,
                }
            ),
            parse_quote!(
                #[doc = "Of it."]
                struct A {
                    #[serde(alias = "x", alias = "y")]
                    r#a: u8,
                    #[doc = "b"]
                    b: u8,
                }
            ),
        ] {
            assert_eq!(hash(&same), base);
        }
        for other in [
            parse_quote!(
                struct A {
                    #[serde(alias = "x")]
                    a: u8,
                    b: u8,
                }
            ),
            parse_quote!(
                struct A {
                    b: u8,
                    #[serde(alias = "x", alias = "y")]
                    a: u8,
                }
            ),
            parse_quote!(
                struct A {
                    #[serde(alias = "x", alias = "y")]
                    a: u8,
                    #[serde(default)]
                    b: u8,
                }
            ),
            parse_quote!(
                #[serde(deny_unknown_fields)]
                struct A {
                    #[serde(alias = "x", alias = "y")]
                    a: u8,
                    b: u8,
                }
            ),
            parse_quote!(
                #[serde(tag = "t")]
                struct A {
                    #[serde(alias = "x", alias = "y")]
                    a: u8,
                    b: u8,
                }
            ),
            parse_quote!(
                #[serde(default)]
                struct A {
                    #[serde(alias = "x", alias = "y")]
                    a: u8,
                    b: u8,
                }
            ),
        ] {
            assert_ne!(hash(&other), base);
        }
    }

    #[test]
    fn an_open_enum_without_a_catch_all_is_warned_of() {
        for (settings, variant, warns) in [
            (quote!(open), quote!(Gone), true),
            (quote!(), quote!(Gone), false),
            (quote!(open, allow(no_catch_all)), quote!(Gone), false),
            (
                quote!(open),
                quote!(
                    #[serde(other)]
                    Unknown
                ),
                false,
            ),
            (
                quote!(open),
                quote!(
                    #[serde(untagged)]
                    Unknown(serde_json::Value)
                ),
                false,
            ),
        ] {
            let expanded = derive(&parse_quote! {
                #[event(#settings)]
                enum Status {
                    Active,
                    #variant,
                }
            });
            let expanded = expanded.to_string();
            assert_eq!(expanded.contains("macro_rules ! no_catch_all"), warns, "{expanded}");
        }
    }
}

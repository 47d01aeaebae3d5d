//! What the derives make of serde's attributes, compared with what serde makes of them.

#![allow(dead_code, reason = "most of these types are there for their schema")]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use user_events::__private::{Absent, Descriptor, Enum, Field, Omitted, Payload, Representation, Schema, Struct};
use user_events::EventSchema;

/// The name that a part is written under, and those that it is read from.
type Names = (Option<&'static str>, Option<&'static [&'static str]>);

fn struct_of<T: EventSchema>() -> &'static Struct {
    match T::SCHEMA.get() {
        Descriptor::Struct(found) => found,
        _ => panic!("a struct was described as something else"),
    }
}

fn enum_of<T: EventSchema>() -> &'static Enum {
    match T::SCHEMA.get() {
        Descriptor::Enum(found) => found,
        _ => panic!("an enum was described as something else"),
    }
}

/// The names that serde writes, as JSON has them in their order.
fn written(value: &impl Serialize) -> Vec<String> {
    let text = serde_json::to_string(value).unwrap();
    let object: BTreeMap<String, Value> = serde_json::from_str(&text).unwrap();
    object.into_keys().collect()
}

fn names(fields: &[Field]) -> Vec<String> {
    let mut names: Vec<_> = fields.iter().filter_map(|field| field.written).map(str::to_owned).collect();
    names.sort();
    names
}

/// Each case of `rename_all`, on names of every kind.
macro_rules! cases {
    ($($case:literal)*) => {$({
        #[derive(Default, Serialize, Deserialize, EventSchema)]
        #[serde(rename_all = $case)]
        #[allow(non_snake_case)]
        struct Fields {
            id: u8,
            user_id: u8,
            r#type: u8,
            _leading: u8,
            trailing_: u8,
            two__underscores: u8,
            v2_of_3: u8,
            camelCase: u8,
            HTTPPort: u8,
            naïve_ÉTÉ: u8,
            #[serde(rename = "as-Written")]
            renamed: u8,
        }
        assert_eq!(names(struct_of::<Fields>().fields), written(&Fields::default()), $case);
        for field in struct_of::<Fields>().fields {
            assert_eq!(field.read, field.written.as_ref().map(std::slice::from_ref), $case);
        }

        #[derive(Serialize, Deserialize, EventSchema)]
        #[serde(rename_all = $case)]
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Variants {
            Id,
            UserId,
            HTTPPort,
            snake_case,
            With_Underscore,
            V2Of3,
            r#enum,
            EtéÉté,
            #[serde(rename = "as-Written")]
            Renamed,
        }
        use Variants::*;
        let all = [Id, UserId, HTTPPort, snake_case, With_Underscore, V2Of3, r#enum, EtéÉté, Renamed];
        for (variant, described) in all.iter().zip(enum_of::<Variants>().variants) {
            assert_eq!(serde_json::to_value(variant).unwrap(), json!(described.written), $case);
        }

        #[derive(Default, Serialize, Deserialize, EventSchema)]
        #[serde(rename_all_fields = $case)]
        enum InVariants {
            #[default]
            Other,
            All { user_id: u8, r#type: u8, camel_case_: u8 },
            #[serde(rename_all = "lowercase")]
            Own { user_id: u8 },
        }
        let all = serde_json::to_value(InVariants::All { user_id: 1, r#type: 1, camel_case_: 1 }).unwrap();
        let own = serde_json::to_value(InVariants::Own { user_id: 1 }).unwrap();
        let [_, described_all, described_own] = enum_of::<InVariants>().variants else { panic!("three variants") };
        let Payload::Struct(fields) = described_all.payload else { panic!("named fields") };
        assert_eq!(names(fields), written(&all["All"]), $case);
        let Payload::Struct(fields) = described_own.payload else { panic!("named fields") };
        assert_eq!(names(fields), written(&own["Own"]), $case);
    })*};
}

#[test]
fn names_are_those_of_serde() {
    cases! {
        "lowercase" "UPPERCASE" "PascalCase" "camelCase" "snake_case" "SCREAMING_SNAKE_CASE" "kebab-case"
        "SCREAMING-KEBAB-CASE"
    }
}

#[test]
fn each_side_has_its_names() {
    #[derive(Serialize, Deserialize, EventSchema)]
    #[serde(rename_all(serialize = "camelCase", deserialize = "SCREAMING_SNAKE_CASE"))]
    struct Sides {
        user_id: u8,
        #[serde(alias = "z", alias = "mail", rename(deserialize = "email"))]
        e_mail: u8,
        #[serde(rename(serialize = "out", deserialize = "in", deserialize = "inn"), alias = "in")]
        both: u8,
        #[serde(skip)]
        cache: u8,
        #[serde(skip_serializing, default)]
        secret: u8,
        #[serde(skip_deserializing)]
        computed: u8,
    }

    let found: Vec<_> =
        struct_of::<Sides>().fields.iter().map(|field| (field.ident, (field.written, field.read))).collect();
    let expected: Vec<(&str, Names)> = vec![
        ("user_id", (Some("userId"), Some(&["USER_ID"]))),
        ("e_mail", (Some("eMail"), Some(&["email", "mail", "z"]))),
        ("both", (Some("out"), Some(&["in", "inn"]))),
        ("secret", (None, Some(&["SECRET"]))),
        ("computed", (Some("computed"), None)),
    ];
    assert_eq!(found, expected);
    let input = json!({ "USER_ID": 1, "z": 2, "inn": 3, "SECRET": 4 });
    let value: Sides = serde_json::from_value(input).unwrap();
    assert_eq!(written(&value), ["computed", "eMail", "out", "userId"]);
}

#[test]
fn presence_is_that_of_the_field_and_of_its_container() {
    #[derive(Serialize, Deserialize, EventSchema)]
    struct Plain {
        required: String,
        #[serde(default)]
        defaulted: String,
        #[serde(default = "String::new")]
        by_function: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        never_null: Option<String>,
        #[serde(skip_serializing_if = "::core::option::Option::<String>::is_none")]
        never_null_in_full: Option<String>,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        sometimes: String,
        #[serde(with = "text")]
        #[event(schema = String)]
        adapted: Option<String>,
        #[serde(with = "text", default)]
        #[event(opaque = "text@1")]
        adapted_with_default: Option<String>,
        #[serde(serialize_with = "text::serialize")]
        #[event(schema = String)]
        written: Option<String>,
    }

    mod text {
        use serde::{Deserialize, Deserializer, Serialize, Serializer};

        pub(super) fn serialize<S: Serializer>(text: &Option<String>, to: S) -> Result<S::Ok, S::Error> {
            text.clone().unwrap_or_default().serialize(to)
        }

        pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
            String::deserialize(from).map(Some)
        }
    }

    #[derive(Default, Serialize, Deserialize, EventSchema)]
    #[serde(default)]
    struct Defaulted {
        all: String,
        #[serde(flatten)]
        but_flattened: BTreeMap<String, String>,
    }

    let presence = |found: &Struct| found.fields.iter().map(|field| (field.omitted, field.absent)).collect::<Vec<_>>();
    let (never, sometimes, none) = (Omitted::Never, Omitted::Sometimes, Omitted::None);
    let (by_type, default, refused) = (Absent::ByType, Absent::Default, Absent::Refused);
    assert_eq!(
        presence(struct_of::<Plain>()),
        [
            (never, by_type),
            (never, default),
            (never, default),
            (none, by_type),
            (none, by_type),
            (sometimes, default),
            (never, refused),
            (never, default),
            (never, by_type)
        ]
    );
    assert_eq!(presence(struct_of::<Defaulted>()), [(never, default), (never, by_type)]);
    assert!(struct_of::<Defaulted>().fields[1].flatten);

    // A field that a function reads is required, Option or not.
    let without = json!({ "required": "", "adapted": "", "written": "" });
    assert!(serde_json::from_value::<Plain>(without).is_ok());
    let without = json!({ "required": "", "written": "" });
    assert!(serde_json::from_value::<Plain>(without).is_err());
}

#[test]
fn types_stand_for_others() {
    #[derive(Clone, Serialize, Deserialize, EventSchema)]
    #[serde(try_from = "String", into = "String")]
    struct Email(String);

    impl TryFrom<String> for Email {
        type Error = &'static str;

        fn try_from(text: String) -> Result<Self, Self::Error> {
            if text.contains('@') { Ok(Self(text)) } else { Err("no address") }
        }
    }

    impl From<Email> for String {
        fn from(email: Email) -> Self {
            email.0
        }
    }

    #[derive(Serialize, Deserialize, EventSchema)]
    #[serde(from = "Email")]
    struct ReadOnly {
        email: String,
    }

    impl From<Email> for ReadOnly {
        fn from(Email(email): Email) -> Self {
            Self { email }
        }
    }

    #[derive(Serialize, Deserialize, EventSchema)]
    #[serde(transparent)]
    struct Transparent {
        items: Vec<Transparent>,
        #[serde(skip)]
        cache: u8,
    }

    #[derive(EventSchema)]
    #[event(opaque = "money@1")]
    struct Money {
        _anything: std::rc::Weak<u8>,
    }

    #[derive(Serialize, Deserialize, EventSchema)]
    struct Newtype(Option<u8>);

    #[derive(Serialize, Deserialize, EventSchema)]
    struct Unit;

    assert!(matches!(Email::SCHEMA.get(), Descriptor::Refined { by: "Email", inner } if is_string(*inner)));
    let Descriptor::Asymmetric { writer, reader } = ReadOnly::SCHEMA.get() else { panic!("two sides") };
    assert!(matches!(writer.get(), Descriptor::Struct(found) if found.name == "ReadOnly"));
    assert!(matches!(reader.get(), Descriptor::Refined { by: "Email", .. }));
    let Descriptor::Asymmetric { writer, reader } = Transparent::SCHEMA.get() else { panic!("transparent") };
    assert!(matches!((writer.get(), reader.get()), (Descriptor::Seq { .. }, Descriptor::Seq { .. })));
    assert!(matches!(Money::SCHEMA.get(), Descriptor::Opaque("money@1")));
    assert!(
        matches!(Newtype::SCHEMA.get(), Descriptor::Newtype(inner) if matches!(inner.get(), Descriptor::Option(_)))
    );
    assert!(matches!(Unit::SCHEMA.get(), Descriptor::Scalar(_)));
}

#[test]
fn a_remote_definition_describes_the_type_that_it_stands_for() {
    mod theirs {
        pub(super) struct Money {
            pub(super) cents: u64,
        }
    }

    #[derive(Serialize, Deserialize, EventSchema)]
    #[serde(remote = "theirs::Money", rename_all = "UPPERCASE")]
    struct MoneyDef {
        #[serde(getter = "cents")]
        cents: u64,
    }

    fn cents(money: &theirs::Money) -> u64 {
        money.cents
    }

    impl From<MoneyDef> for theirs::Money {
        fn from(MoneyDef { cents }: MoneyDef) -> Self {
            Self { cents }
        }
    }

    #[derive(Serialize, Deserialize, EventSchema)]
    struct Price {
        #[serde(with = "MoneyDef")]
        #[event(schema = MoneyDef)]
        price: theirs::Money,
    }

    let [price] = struct_of::<Price>().fields else { panic!("one field") };
    let Descriptor::Struct(money) = price.schema.get() else { panic!("a struct") };
    let value = serde_json::to_value(Price { price: theirs::Money { cents: 5 } }).unwrap();
    assert_eq!(names(money.fields), written(&value["price"]));
}

fn is_string(schema: Schema) -> bool {
    matches!(schema.get(), Descriptor::Scalar(user_events::__private::Scalar::String))
}

#[test]
fn enums_have_their_representation() {
    #[derive(Serialize, Deserialize, EventSchema)]
    #[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
    #[event(open)]
    enum Internal {
        CardPaid {
            #[event(allow(js_integer))]
            cents: u64,
        },
        #[serde(alias = "bank", rename = "transfer")]
        BankTransfer(Box<Internal>),
        #[serde(skip)]
        Local,
        #[serde(other)]
        Unknown,
    }

    #[derive(Serialize, Deserialize, EventSchema)]
    #[serde(tag = "t", content = "c")]
    enum Adjacent {
        Pair(#[event(allow(js_integer))] u64, #[serde(default)] u8),
        Big(#[event(allow(js_integer))] u64),
        #[serde(untagged)]
        Any(Value),
    }

    #[derive(Serialize, Deserialize, EventSchema)]
    #[serde(untagged)]
    enum Untagged {
        Empty(#[serde(skip)] u8),
    }

    let internal = enum_of::<Internal>();
    assert_eq!(internal.representation, Representation::Internal { tag: "kind" });
    assert!(internal.open && internal.deny_unknown_fields);
    let found: Vec<_> =
        internal.variants.iter().map(|variant| ((variant.written, variant.read), variant.other)).collect();
    let expected: Vec<(Names, bool)> = vec![
        ((Some("card_paid"), Some(&["card_paid"])), false),
        ((Some("transfer"), Some(&["transfer", "bank"])), false),
        ((Some("unknown"), Some(&["unknown"])), true),
    ];
    assert_eq!(found, expected);
    assert!(matches!(internal.variants[0].payload, Payload::Struct([cents]) if cents.allow_js_integer));

    let adjacent = enum_of::<Adjacent>();
    assert_eq!(adjacent.representation, Representation::Adjacent { tag: "t", content: "c" });
    assert!(
        matches!(adjacent.variants[0].payload, Payload::Tuple([first, second]) if !first.default && second.default)
    );
    assert!(
        matches!(adjacent.variants[0].payload, Payload::Tuple([first, second]) if first.allow_js_integer && !second.allow_js_integer)
    );
    assert!(adjacent.variants[1].allow_js_integer && !adjacent.variants[0].allow_js_integer);
    assert!(adjacent.variants[2].untagged);

    let untagged = enum_of::<Untagged>();
    assert_eq!(untagged.representation, Representation::Untagged);
    assert!(matches!(untagged.variants[0].payload, Payload::Unit));
}

#[test]
fn types_contain_themselves_and_have_parameters() {
    #[derive(Serialize, Deserialize, EventSchema)]
    struct Tree {
        children: Vec<Self>,
        forest: Option<Box<Forest>>,
    }

    #[derive(Serialize, Deserialize, EventSchema)]
    struct Forest(Vec<Tree>);

    #[derive(Serialize, Deserialize, EventSchema)]
    struct List<T, const N: usize> {
        head: T,
        #[serde(skip)]
        array: Option<[u8; N]>,
        tail: Option<Box<List<T, N>>>,
        marker: std::marker::PhantomData<Tree>,
    }

    #[derive(Serialize, Deserialize, EventSchema)]
    struct Borrowed<'a> {
        #[serde(borrow)]
        name: std::borrow::Cow<'a, str>,
        others: Vec<Borrowed<'a>>,
    }

    trait Entity {
        type Id;
    }

    #[derive(Serialize, Deserialize, EventSchema)]
    #[serde(bound = "E::Id: Serialize + serde::de::DeserializeOwned")]
    struct Reference<E: Entity> {
        id: E::Id,
    }

    impl Entity for Tree {
        type Id = u8;
    }

    let id = |schema: Schema| match schema.get() {
        Descriptor::Struct(found) => found.id,
        _ => panic!("a struct"),
    };
    let Descriptor::Seq { item, .. } = struct_of::<Tree>().fields[0].schema.get() else { panic!("a list") };
    assert_eq!(id(*item), struct_of::<Tree>().id);
    assert_ne!(struct_of::<Tree>().id, struct_of::<Borrowed<'_>>().id);

    let list = struct_of::<List<u8, 2>>();
    assert!(list.generic);
    let Descriptor::Option(tail) = list.fields[1].schema.get() else { panic!("an Option") };
    assert!(matches!(tail.get(), Descriptor::Recursive(id) if *id == list.id));
    assert!(matches!(struct_of::<Reference<Tree>>().fields[0].schema.get(), Descriptor::Scalar(_)));
}

#[test]
fn types_that_look_the_same_are_told_apart() {
    mod one {
        #[derive(user_events::EventSchema)]
        pub(super) struct Same {
            _id: u8,
        }
    }
    mod other {
        #[derive(user_events::EventSchema)]
        pub(super) struct Same {
            _id: u8,
        }
    }
    fn local() -> u64 {
        #[derive(EventSchema)]
        struct Same {
            _id: u8,
        }
        struct_of::<Same>().id
    }

    let (one, other) = (struct_of::<one::Same>(), struct_of::<other::Same>());
    assert_eq!(one.hash, other.hash);
    assert_ne!(one.id, other.id);
    assert_ne!(one.id, local());
}

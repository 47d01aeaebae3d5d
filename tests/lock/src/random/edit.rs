//! [`edit`], what a person may do to a type.

use super::{
    Rng,
    model::{Body, Def, Field, Model, Payload, Representation, SCALARS, Type, Variant},
};

/// The type after one random edit, which serde compiles.
pub(super) fn edit(before: &Model, rng: &mut Rng) -> Model {
    loop {
        let mut after = before.clone();
        if attempt(&mut after, rng).is_some() && after.is_valid() {
            return after;
        }
    }
}

/// None where there is nothing to edit in this way.
fn attempt(model: &mut Model, rng: &mut Rng) -> Option<()> {
    match rng.below(40) {
        0..4 => {
            let field = model.draw_field(rng, 1);
            let fields = list(model, rng)?;
            fields.insert(rng.below(fields.len() + 1), field);
        }
        4..7 => {
            let fields = list(model, rng)?;
            let place = place(fields, rng)?;
            fields.remove(place);
        }
        7..13 => rename(model, rng)?,
        13..20 => change_type(model, rng)?,
        20..26 => change_attribute(model, rng)?,
        26..29 => change_struct(model, rng)?,
        29 => {
            let fields = list(model, rng)?;
            let (a, b) = (place(fields, rng)?, place(fields, rng)?);
            fields.swap(a, b);
        }
        30 => {
            let fields = list(model, rng)?;
            let (a, b) = (place(fields, rng)?, place(fields, rng)?);
            let name = |field: &Field| field.rename.clone().unwrap_or_else(|| field.ident.clone());
            let (first, second) = (name(&fields[a]), name(&fields[b]));
            fields[a].rename = Some(second);
            fields[b].rename = Some(first);
        }
        31 => extract(model, rng)?,
        _ => change_enum(model, rng)?,
    }
    Some(())
}

/// A used type at random.
fn def<'a>(model: &'a mut Model, rng: &mut Rng) -> &'a mut Def {
    let used = model.used();
    &mut model.types[rng.one(&used)]
}

/// The fields of a struct or of a variant.
fn list<'a>(model: &'a mut Model, rng: &mut Rng) -> Option<&'a mut Vec<Field>> {
    match &mut def(model, rng).body {
        Body::Struct(fields) => Some(fields),
        Body::Enum(_, variants) => {
            let mut lists: Vec<_> = variants
                .iter_mut()
                .filter_map(
                    |variant| if let Payload::Struct(fields) = &mut variant.payload { Some(fields) } else { None },
                )
                .collect();
            if lists.is_empty() { None } else { Some(lists.swap_remove(rng.below(lists.len()))) }
        }
        _ => None,
    }
}

fn place<T>(list: &[T], rng: &mut Rng) -> Option<usize> {
    if list.is_empty() { None } else { Some(rng.below(list.len())) }
}

fn rename(model: &mut Model, rng: &mut Rng) -> Option<()> {
    let (ident, wire) = (model.name("f"), model.name("wire"));
    let fields = list(model, rng)?;
    let place = place(fields, rng)?;
    let field = &mut fields[place];
    let old = field.rename.clone().unwrap_or_else(|| field.ident.clone());
    match rng.below(7) {
        0 => field.ident = ident,
        1 => {
            field.ident = ident;
            field.aliases.push(old);
        }
        2 => field.rename = Some(wire),
        3 => {
            field.rename = Some(wire);
            field.aliases.push(old);
        }
        4 => {
            field.ident = ident;
            field.rename = Some(old);
        }
        5 => field.written = if field.written.is_some() { None } else { Some(wire) },
        _ if field.aliases.is_empty() => field.aliases.push(wire),
        _ => field.aliases.clear(),
    }
    Some(())
}

/// A type of a field, an element or a variant, or one below it.
fn slot<'a>(model: &'a mut Model, rng: &mut Rng) -> Option<&'a mut Type> {
    let mut slots: Vec<&'a mut Type> = match &mut def(model, rng).body {
        Body::Unit => Vec::new(),
        Body::Newtype(ty) => vec![ty],
        Body::Tuple(elements) => elements.iter_mut().map(|(ty, _)| ty).collect(),
        Body::Struct(fields) => fields.iter_mut().map(|field| &mut field.ty).collect(),
        Body::Enum(_, variants) => variants
            .iter_mut()
            .flat_map(|variant| match &mut variant.payload {
                Payload::Unit | Payload::Other | Payload::Any => Vec::new(),
                Payload::Newtype(ty) => vec![ty],
                Payload::Tuple(types) => types.iter_mut().collect(),
                Payload::Struct(fields) => fields.iter_mut().map(|field| &mut field.ty).collect(),
            })
            .collect(),
    };
    if slots.is_empty() {
        return None;
    }
    let mut slot = slots.swap_remove(rng.below(slots.len()));
    while rng.chance(50) {
        slot = match slot {
            Type::Option(inner) | Type::Vec(inner) | Type::Array(inner, _) | Type::Box(inner) => inner,
            Type::Map(_, value) => value,
            Type::Tuple(types) => types.first_mut()?,
            other => return Some(other),
        };
    }
    Some(slot)
}

fn change_type(model: &mut Model, rng: &mut Rng) -> Option<()> {
    let how = rng.below(14);
    let scalar = rng.one(SCALARS);
    let drawn = model.draw_type(rng, 1);
    let len = rng.below(4);
    // The newtype's place is known before what is inside it.
    let wrapper = model.types.len();
    let transparent = rng.chance(50);
    let slot = slot(model, rng)?;
    let inner = slot.clone();
    *slot = match (how, inner) {
        (0, inner) => Type::Option(Box::new(inner)),
        (1 | 2, Type::Option(inner)) => *inner,
        (3, inner) => Type::Vec(Box::new(inner)),
        (4, inner) => Type::Box(Box::new(inner)),
        (5, inner) => {
            *slot = Type::Ref(wrapper);
            let mut def = Def::of(Body::Newtype(inner));
            def.transparent = transparent;
            model.types.push(def);
            return Some(());
        }
        (6, Type::Vec(inner)) if matches!(*inner, Type::Scalar("u32" | "String" | "i64")) => Type::Set(inner),
        (6, Type::Set(inner)) => Type::Vec(inner),
        (6, Type::Vec(inner)) => Type::Array(inner, len),
        (6, Type::Array(inner, _)) => Type::Vec(inner),
        (6, Type::Map(_, inner)) => Type::Vec(inner),
        (7, Type::Map(_, value)) => {
            Type::Map(Box::new(Type::Scalar(if transparent { "u32" } else { "String" })), value)
        }
        (7, Type::Tuple(mut types)) => {
            if transparent {
                types.push(drawn);
            } else {
                types.pop();
            }
            Type::Tuple(types)
        }
        (8..12, Type::Scalar(_)) => Type::Scalar(scalar),
        (12, _) => drawn,
        (13, _) => Type::Scalar("Value"),
        _ => return None,
    };
    Some(())
}

fn change_attribute(model: &mut Model, rng: &mut Rng) -> Option<()> {
    let fields = list(model, rng)?;
    let place = place(fields, rng)?;
    let field = &mut fields[place];
    match rng.below(9) {
        0..3 => field.default = !field.default,
        3 | 4 => field.omitted = !field.omitted,
        5 => field.flatten = !field.flatten,
        _ => {
            let how = rng.one(&["skip", "skip_serializing", "skip_deserializing"]);
            field.skip = if field.skip.is_some() { None } else { Some(how) };
        }
    }
    Some(())
}

fn change_struct(model: &mut Model, rng: &mut Rng) -> Option<()> {
    let (tag, drawn) = (model.name("tag"), model.draw_type(rng, 1));
    let ident = model.name("f");
    let how = rng.below(10);
    let def = def(model, rng);
    match (how, &mut def.body) {
        (0 | 1, _) => def.deny = !def.deny,
        (2 | 3, _) => def.default = !def.default,
        (4, Body::Struct(_)) => def.tag = if def.tag.is_some() { None } else { Some(tag) },
        (5, _) => {
            let rule = rng.one(&["camelCase", "kebab-case", "SCREAMING_SNAKE_CASE"]);
            def.rename_all = if def.rename_all.is_some() { None } else { Some(rule) };
        }
        (6, Body::Newtype(_)) => def.transparent = !def.transparent,
        (6, Body::Struct(fields)) if fields.len() == 1 => def.transparent = !def.transparent,
        (7, Body::Tuple(elements)) => elements.push((drawn, rng.chance(50))),
        (7, Body::Newtype(ty)) => {
            let ty = ty.clone();
            def.body = if rng.chance(50) {
                Body::Tuple(vec![(ty, false), (drawn, true)])
            } else {
                Body::Struct(vec![Field::of(ident, ty)])
            };
            def.transparent = false;
        }
        (8, Body::Tuple(elements)) => {
            elements.pop();
        }
        (8, Body::Struct(fields)) if fields.len() > 1 && fields.iter().all(|field| !field.flatten) => {
            def.body = Body::Tuple(fields.iter().map(|field| (field.ty.clone(), false)).collect());
            (def.default, def.deny, def.tag) = (false, false, None);
        }
        (9, Body::Unit) => def.body = Body::Struct(vec![Field::of(ident, drawn)]),
        _ => return None,
    }
    Some(())
}

/// Some fields of a struct become a struct that is flattened.
fn extract(model: &mut Model, rng: &mut Rng) -> Option<()> {
    let ident = model.name("f");
    let new = model.types.len();
    let optional = rng.chance(25);
    let fields = list(model, rng)?;
    let first = place(fields, rng)?;
    let count = 1 + rng.below(fields.len() - first);
    let taken: Vec<Field> = fields.splice(first..first + count, []).collect();
    let inner = Type::Ref(new);
    let mut field = Field::of(ident, if optional { Type::Option(Box::new(inner)) } else { inner });
    field.flatten = true;
    fields.insert(first, field);
    model.types.push(Def::of(Body::Struct(taken)));
    Some(())
}

fn change_enum(model: &mut Model, rng: &mut Rng) -> Option<()> {
    let enums: Vec<usize> =
        model.used().into_iter().filter(|place| matches!(model.types[*place].body, Body::Enum(..))).collect();
    let at = *enums.get(place(&enums, rng)?)?;
    let (ident, wire, tag) = (model.name("V"), model.name("Wire"), model.name("tag"));
    let how = rng.below(16);
    let representation = rng.below(4);
    let representation = model.draw_representation(representation);
    let Body::Enum(own, _) = &model.types[at].body else { return None };
    let own = own.clone();
    let drawn = model.draw_variant(rng, 1, &own);
    let key = model.types[at].key;
    let structs = model.types.clone();
    let mut added = None;
    let new = model.types.len();
    let Body::Enum(own, variants) = &mut model.types[at].body else { return None };
    let chosen = place(variants, rng)?;
    match how {
        0..3 => {
            let mut drawn = drawn;
            if key {
                drawn.payload = Payload::Unit;
            }
            variants.insert(chosen, drawn);
        }
        3 | 4 => {
            variants.remove(chosen);
        }
        // Nobody can tell it from one that goes and one that comes.
        5 => variants[chosen].becomes(ident),
        // Keys are compared by their texts.
        6 if !key => {
            let variant = &mut variants[chosen];
            let old = variant.rename.clone().unwrap_or_else(|| variant.ident.clone());
            variant.aliases.push(old);
            variant.rename = Some(wire);
        }
        7 => variants[chosen].rename = Some(wire),
        8 => {
            let other = place(variants, rng)?;
            variants.swap(chosen, other);
        }
        9 => *own = representation,
        10 => match own {
            Representation::Internal(is) | Representation::Adjacent(is, _) => *is = tag,
            _ => return None,
        },
        11 => {
            if matches!(variants.last()?.payload, Payload::Other | Payload::Any) {
                variants.pop();
            } else {
                variants.push(Variant::of(ident, if rng.chance(50) { Payload::Other } else { Payload::Any }));
            }
        }
        12..15 => {
            let payload = &mut variants[chosen].payload;
            *payload = match payload {
                Payload::Newtype(Type::Ref(place)) => match &structs[*place].body {
                    Body::Struct(fields) if !structs[*place].transparent => Payload::Struct(fields.clone()),
                    _ => return None,
                },
                Payload::Struct(fields) => {
                    added = Some(Def::of(Body::Struct(fields.clone())));
                    Payload::Newtype(Type::Ref(new))
                }
                Payload::Newtype(_) | Payload::Tuple(_) => Payload::Unit,
                Payload::Unit => drawn.payload,
                Payload::Other | Payload::Any => return None,
            };
        }
        _ => {
            let def = &mut model.types[at];
            def.rename_all = if def.rename_all.is_some() { None } else { Some("camelCase") };
        }
    }
    model.types.extend(added);
    Some(())
}

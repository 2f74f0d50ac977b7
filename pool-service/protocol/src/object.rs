//! Objects that are read from objects alone. As serde derives it, a list is taken for a struct whose fields may all be absent.

use core::{fmt, marker::PhantomData};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor, value::MapAccessDeserializer},
};

/// For `deserialize_with` of a field that may be absent, or null.
pub(crate) fn object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::<Object<T>>::deserialize(deserializer)?.map(|Object(read)| read))
}

struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields(PhantomData)).map(Self)
    }
}

struct Fields<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
    type Value = T;

    fn expecting(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(fields))
    }
}

#[cfg(test)]
mod tests {
    use crate::visitor::Visitor;

    #[test]
    fn a_list_is_no_object() {
        let read = |consent: &str| serde_json::from_str::<Visitor>(&alloc::format!(r#"{{"consent":{consent}}}"#));
        assert!(read("{}").is_ok_and(|visitor| visitor.consent.is_some()));
        assert!(read("null").is_ok_and(|visitor| visitor.consent.is_none()));
        assert!(read(r#"{"ad_user_data":"denied","more":[]}"#).is_ok());
        for list in ["[]", "[null,null]", r#"["denied"]"#, r#""denied""#] {
            assert!(read(list).is_err(), "{list}");
        }
    }
}

//! A petition inside an intake: it reads as one that is filed alone, without what the intake says for all of them.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer, forward_to_deserialize_any};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};
use validator::{Validate, ValidationErrors};

use crate::routes::petitions::PetitionWanted;

/// What the intake says for all of its petitions.
const OF_THE_INTAKE: [&str; 3] = ["channel", "received_at", "received_precision"];

/// A petition of an intake: as [`PetitionWanted`], but channel and receipt are the intake's.
#[derive(Clone)]
pub struct IntakePetition(pub PetitionWanted);

impl Validate for IntakePetition {
    fn validate(&self) -> Result<(), ValidationErrors> {
        self.0.validate()
    }
}

impl Serialize for IntakePetition {
    /// Nothing: a rule on the length of a list writes the list beside it, and only counts it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl PartialSchema for IntakePetition {
    fn schema() -> RefOr<Schema> {
        let mut schema = PetitionWanted::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            for name in OF_THE_INTAKE {
                object.properties.remove(name);
            }
            object.required.retain(|name| !OF_THE_INTAKE.contains(&name.as_str()));
            object.description = Some("A petition of an intake, which says channel and receipt for all.".to_owned());
        }
        schema
    }
}

impl ToSchema for IntakePetition {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("IntakePetition")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        <PetitionWanted as ToSchema>::schemas(schemas);
    }
}

impl<'de> Deserialize<'de> for IntakePetition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        PetitionWanted::deserialize(Slip(deserializer)).map(Self)
    }
}

/// A petition's source that lacks what the intake says: those names are unknown in it, and the channel stands blank.
struct Slip<D>(D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Slip<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        // As a struct, so that a list does not stand for one.
        self.0.deserialize_struct("IntakePetition", &[], SlipVisitor(visitor))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct SlipVisitor<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for SlipVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(SlipMembers { members, channel: Channel::Name })
    }
}

/// The channel comes first, by name and by value; then whatever the petition itself says.
enum Channel {
    Name,
    Value,
    Said,
}

struct SlipMembers<A> {
    members: A,
    channel: Channel,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for SlipMembers<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        match self.channel {
            Channel::Name => {
                self.channel = Channel::Value;
                let name: StrDeserializer<'_, A::Error> = "channel".into_deserializer();
                seed.deserialize(name).map(Some)
            }
            Channel::Value | Channel::Said => self.members.next_key_seed(OwnName(seed)),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match self.channel {
            Channel::Value => {
                self.channel = Channel::Said;
                let blank: StrDeserializer<'_, A::Error> = "".into_deserializer();
                seed.deserialize(blank)
            }
            Channel::Name | Channel::Said => self.members.next_value_seed(seed),
        }
    }
}

/// The name of a member, if it is the petition's own.
struct OwnName<K>(K);

impl<'de, K: DeserializeSeed<'de>> DeserializeSeed<'de> for OwnName<K> {
    type Value = K::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<K::Value, D::Error> {
        let name = String::deserialize(deserializer)?;
        if OF_THE_INTAKE.contains(&name.as_str()) {
            return Err(de::Error::unknown_field(&name, &[]));
        }
        self.0.deserialize(name.into_deserializer())
    }
}

#[cfg(test)]
mod tests {
    use crate::http::json::{Fault, read};
    use crate::routes::intakes::wire::IntakeWanted;

    fn fault(body: &str) -> (String, String) {
        match read::<IntakeWanted>(body.as_bytes()) {
            Err(Fault::Invalid(problem)) => {
                (problem.errors[0].pointer.clone(), problem.errors[0].code.clone().into_owned())
            }
            Err(Fault::Syntax(problem)) => panic!("{problem}"),
            Ok(_) => panic!("{body} was read"),
        }
    }

    #[test]
    fn a_petition_of_an_intake_has_neither_channel_nor_receipt_of_its_own() {
        let good = r#"{"channel": "letter", "petitions": [{"category": "pothole", "text": "Un bache."}]}"#;
        let Ok(read) = read::<IntakeWanted>(good.as_bytes()) else { panic!("not read") };
        assert_eq!((read.petitions[0].0.text.as_str(), read.petitions[0].0.channel.as_str()), ("Un bache.", ""));
        for member in [r#""channel": "letter""#, r#""received_at": "2026-11-22T00:00:00Z""#] {
            let (pointer, code) = fault(&format!(r#"{{"channel": "letter", "petitions": [{{{member}}}]}}"#));
            assert!(pointer.starts_with("/petitions/0/") && code == "unknown", "{pointer} {code}");
        }
    }

    #[test]
    fn what_is_wrong_in_a_petition_is_told_by_its_place() {
        let with = |petition: &str| {
            let first = r#"{"category": "pothole", "text": "Un bache."}"#;
            fault(&format!(r#"{{"channel": "letter", "petitions": [{first}, {petition}]}}"#))
        };
        for (petition, pointer, code) in [
            (r#"{"category": "pothole"}"#, "/petitions/1/text", "required"),
            (r#"{"category": "pothole", "text": ""}"#, "/petitions/1/text", "too_short"),
            (r#"{"category": "pothole", "text": "a", "colour": 1}"#, "/petitions/1/colour", "unknown"),
            (r#"["pothole", "a"]"#, "/petitions/1", "wrong_type"),
            (r#"7"#, "/petitions/1", "wrong_type"),
            (
                r#"{"category": "pothole", "text": "a", "petitioners": [{"name": 7}]}"#,
                "/petitions/1/petitioners/0/name",
                "wrong_type",
            ),
        ] {
            assert_eq!(with(petition), (pointer.to_owned(), code.to_owned()), "{petition}");
        }
    }
}

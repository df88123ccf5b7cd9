//! Values in the form that digests are taken of: field by field, each with its kind and its length,
//! so that no two values look alike.

use std::fmt::{self, Display};
use std::io::Write;

use serde::{Serialize, Serializer, ser};

/// What the bytes after it hold.
#[derive(Clone, Copy)]
#[repr(u8)]
enum FieldMark {
    Nothing,
    Something,
    False,
    True,
    Number,
    Signed,
    Float,
    Text,
    Bytes,
    Variant,
    Begin,
    End,
    /// A field that serialisation skips.
    Left,
}

/// Appends values to a row of bytes. Fields of a struct are told apart by their order.
pub(super) struct Fields<'o>(pub &'o mut Vec<u8>);

impl Fields<'_> {
    fn kind(&mut self, kind: FieldMark) -> &mut Self {
        self.0.push(kind as u8);
        self
    }

    fn bytes(&mut self, kind: FieldMark, bytes: &[u8]) {
        self.kind(kind).0.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        self.0.extend_from_slice(bytes);
    }

    fn number(mut self, kind: FieldMark, bits: u64) -> Result<(), fmt::Error> {
        self.kind(kind).0.extend_from_slice(&bits.to_le_bytes());
        Ok(())
    }

    fn add<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), fmt::Error> {
        value.serialize(Fields(self.0))
    }

    fn begin(mut self) -> Result<Self, fmt::Error> {
        self.kind(FieldMark::Begin);
        Ok(self)
    }

    fn variant(mut self, name: &str) -> Self {
        self.bytes(FieldMark::Variant, name.as_bytes());
        self
    }
}

/// Smaller numbers are written as the widest of their kind.
macro_rules! widen {
    ($($narrow:ident($from:ty)),+ to $wide:ident) => {
        $(fn $narrow(self, value: $from) -> Result<(), fmt::Error> {
            self.$wide(value.into())
        })+
    };
}

impl Serializer for Fields<'_> {
    type Ok = ();
    type Error = fmt::Error;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    widen!(serialize_i8(i8), serialize_i16(i16), serialize_i32(i32) to serialize_i64);
    widen!(serialize_u8(u8), serialize_u16(u16), serialize_u32(u32) to serialize_u64);
    widen!(serialize_f32(f32) to serialize_f64);

    fn serialize_bool(mut self, value: bool) -> Result<(), fmt::Error> {
        self.kind(if value { FieldMark::True } else { FieldMark::False });
        Ok(())
    }

    fn serialize_i64(self, value: i64) -> Result<(), fmt::Error> {
        self.number(FieldMark::Signed, value.cast_unsigned())
    }

    fn serialize_u64(self, value: u64) -> Result<(), fmt::Error> {
        self.number(FieldMark::Number, value)
    }

    fn serialize_f64(self, value: f64) -> Result<(), fmt::Error> {
        self.number(FieldMark::Float, value.to_bits())
    }

    fn serialize_char(self, value: char) -> Result<(), fmt::Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(mut self, value: &str) -> Result<(), fmt::Error> {
        self.bytes(FieldMark::Text, value.as_bytes());
        Ok(())
    }

    fn collect_str<T: Display + ?Sized>(mut self, value: &T) -> Result<(), fmt::Error> {
        self.bytes(FieldMark::Text, &[]);
        let start = self.0.len();
        write!(self.0, "{value}").map_err(|_| fmt::Error)?;
        let length = (self.0.len() - start) as u64;
        self.0[start - size_of::<u64>()..start].copy_from_slice(&length.to_le_bytes());
        Ok(())
    }

    fn serialize_bytes(mut self, value: &[u8]) -> Result<(), fmt::Error> {
        self.bytes(FieldMark::Bytes, value);
        Ok(())
    }

    fn serialize_none(mut self) -> Result<(), fmt::Error> {
        self.kind(FieldMark::Nothing);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(mut self, value: &T) -> Result<(), fmt::Error> {
        self.kind(FieldMark::Something).add(value)
    }

    fn serialize_unit(self) -> Result<(), fmt::Error> {
        self.serialize_none()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), fmt::Error> {
        self.serialize_none()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), fmt::Error> {
        self.variant(variant).serialize_none()
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), fmt::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), fmt::Error> {
        value.serialize(self.variant(variant))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, fmt::Error> {
        self.begin()
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, fmt::Error> {
        self.begin()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, fmt::Error> {
        self.begin()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self, fmt::Error> {
        self.variant(variant).begin()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, fmt::Error> {
        self.begin()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, fmt::Error> {
        self.begin()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self, fmt::Error> {
        self.variant(variant).begin()
    }
}

/// A value that holds others: its parts one after the other, between a beginning and an end.
macro_rules! holds {
    ($holder:ident: $($part:ident($($name:ident)?)),+ $(; leaves $skip:ident)?) => {
        impl ser::$holder for Fields<'_> {
            type Ok = ();
            type Error = fmt::Error;

            $(fn $part<T: Serialize + ?Sized>(&mut self, $($name: &'static str,)? value: &T) -> Result<(), fmt::Error> {
                $(let _ = $name;)?
                self.add(value)
            })+

            $(fn $skip(&mut self, _: &'static str) -> Result<(), fmt::Error> {
                self.kind(FieldMark::Left);
                Ok(())
            })?

            fn end(mut self) -> Result<(), fmt::Error> {
                self.kind(FieldMark::End);
                Ok(())
            }
        }
    };
}

holds!(SerializeSeq: serialize_element());
holds!(SerializeTuple: serialize_element());
holds!(SerializeTupleStruct: serialize_field());
holds!(SerializeTupleVariant: serialize_field());
holds!(SerializeMap: serialize_key(), serialize_value());
holds!(SerializeStruct: serialize_field(name); leaves skip_field);
holds!(SerializeStructVariant: serialize_field(name); leaves skip_field);

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn row<T: Serialize>(value: T) -> Vec<u8> {
        let mut row = Vec::new();
        value.serialize(Fields(&mut row)).unwrap();
        row
    }

    #[derive(Serialize)]
    struct Pair<'t> {
        #[serde(skip_serializing_if = "str::is_empty")]
        one: &'t str,
        #[serde(skip_serializing_if = "str::is_empty")]
        other: &'t str,
    }

    #[test]
    fn values_that_differ_never_look_alike() {
        assert_ne!(row(("ab", "c")), row(("a", "bc")));
        assert_ne!(row(vec![vec![1], vec![]]), row(vec![vec![], vec![1]]));
        assert_ne!(row(vec!["a"; 2]), row(vec!["a"; 3]));
        assert_ne!(row(None::<&str>), row(Some("")));
        assert_ne!(row(Some(false)), row(None::<bool>));
        assert_ne!(row(BTreeMap::from([("a", 1)])), row(BTreeMap::from([("b", 1)])));
        assert_ne!(row(Pair { one: "a", other: "" }), row(Pair { one: "", other: "a" }));
        assert_ne!(row(Ok::<u8, u8>(1)), row(Err::<u8, u8>(1)));
    }

    #[test]
    fn a_written_value_is_the_text_that_it_writes() {
        struct Written(u8);
        impl Serialize for Written {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&self.0)
            }
        }
        assert_eq!(row(Written(42)), row("42"));
    }
}

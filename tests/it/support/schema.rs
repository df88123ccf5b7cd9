//! JSON Schemas, as a test asks them.

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;

/// A compiled schema.
pub struct Schema {
    all: Schemas,
    index: SchemaIndex,
}

impl Schema {
    /// # Panics
    /// When the schema is none by the rules of its own kind, or refers to what it does not hold.
    pub fn new(name: &str, schema: Value) -> Self {
        let place = format!("https://schemas.example/{name}");
        let (mut all, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource(&place, schema).expect("a schema is JSON");
        let index =
            compiler.compile(&place, &mut all).unwrap_or_else(|error| panic!("{name}: {error:#}"));
        Self { all, index }
    }

    /// What is wrong with `value`, in many lines; empty when nothing is.
    pub fn faults(&self, value: &Value) -> String {
        self.all
            .validate(value, self.index)
            .err()
            .map_or(String::new(), |error| format!("{error:#}"))
    }

    pub fn allows(&self, value: &Value) -> bool {
        self.all.validate(value, self.index).is_ok()
    }
}

//! A value stored as JSON.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::orm::{Encode, Mismatch, Reader, Value, domain, packed};

/// A value that is stored as its JSON text.
///
/// A field of any other type becomes such a column by `#[model(json)]`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize,
)]
#[serde(transparent)]
pub struct Json<T>(pub T);

impl<T: Serialize + DeserializeOwned + 'static> Encode for Json<T> {
    type Domain = domain::Json;
    type Owned = Self;

    fn encode(&self, out: &mut Vec<u8>) {
        encode_json(&self.0, out);
    }
}

impl<T: Serialize + DeserializeOwned + 'static> Value for Json<T> {
    type Inner = Self;
    type Perhaps<U> = U;

    fn decode(row: &mut Reader<'_>) -> Result<Self, Mismatch> {
        let value = serde_json::from_str(row.text()?);
        value
            .map(Self)
            .map_err(|_| row.mismatch("JSON of the field's type", b'u'))
    }
}

/// Appends a value as JSON. What has no JSON text (a map whose keys are no strings)
/// becomes the empty text, which the column's check refuses.
pub(crate) fn encode_json(value: &impl Serialize, out: &mut Vec<u8>) {
    let text = serde_json::to_string(value).unwrap_or_default();
    packed::push_text(out, &text);
}

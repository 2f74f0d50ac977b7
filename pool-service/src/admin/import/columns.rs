//! Which column of a carrier's log says what. Pure.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a column can say of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The carrier's own name for the call.
    Id,
    /// The dialled number.
    Number,
    /// Who called.
    Caller,
    /// When the call began.
    Started,
    /// When it was answered.
    Answered,
    /// When it ended.
    Ended,
    /// How long it rang.
    Ring,
    /// How long they talked.
    Talk,
    /// What the carrier charges for.
    Billable,
    /// Where the call was sent.
    Destination,
    /// Why it ended.
    Cause,
    /// Where the recording is.
    Recording,
    /// What came of it.
    Outcome,
}

/// Where a field stands: columns whose texts are read together, with a blank between them, such as a date and a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Column(pub Vec<Place>);

/// One column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Place {
    /// By its number, from 1.
    At(usize),
    /// By its name in the header.
    Named(String),
}

/// Which column says what.
pub type Mapping = BTreeMap<Field, Column>;

/// The same, found in a file's header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns(BTreeMap<Field, Vec<usize>>);

impl Field {
    /// Every field there is.
    pub const ALL: [Self; 13] = [
        Self::Id,
        Self::Number,
        Self::Caller,
        Self::Started,
        Self::Answered,
        Self::Ended,
        Self::Ring,
        Self::Talk,
        Self::Billable,
        Self::Destination,
        Self::Cause,
        Self::Recording,
        Self::Outcome,
    ];

    /// Its name in a mapping.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Number => "number",
            Self::Caller => "caller",
            Self::Started => "started",
            Self::Answered => "answered",
            Self::Ended => "ended",
            Self::Ring => "ring",
            Self::Talk => "talk",
            Self::Billable => "billable",
            Self::Destination => "destination",
            Self::Cause => "cause",
            Self::Recording => "recording",
            Self::Outcome => "outcome",
        }
    }
}

/// Reads `started=発信日+発信時刻,number=着信番号,talk=#7`.
///
/// # Errors
/// What is wrong with it.
pub fn parse(text: &str) -> Result<Mapping, String> {
    let mut mapping = Mapping::new();
    for pair in text.split(',').filter(|pair| !pair.trim().is_empty()) {
        let (name, places) = pair.split_once('=').ok_or_else(|| format!("{pair:?} must be FIELD=COLUMN"))?;
        let field = Field::ALL.into_iter().find(|field| field.name() == name.trim()).ok_or_else(|| {
            format!("there is no field {:?}; there are {}", name.trim(), Field::ALL.map(Field::name).join(", "))
        })?;
        let column = Column(places.split('+').map(place).collect::<Result<_, _>>()?);
        if mapping.insert(field, column).is_some() {
            return Err(format!("{} is said twice", field.name()));
        }
    }
    Ok(mapping)
}

fn place(text: &str) -> Result<Place, String> {
    let text = text.trim();
    let digits = text.strip_prefix('#').unwrap_or(text);
    match digits.parse() {
        Ok(at @ 1..=1_000) => Ok(Place::At(at)),
        Err(_) if !text.is_empty() && !text.starts_with('#') => Ok(Place::Named(text.to_owned())),
        _ => Err(format!("{text:?} is no column: write its name, or its number from #1")),
    }
}

impl Columns {
    /// Finds the columns in a header.
    ///
    /// # Errors
    /// What is missing, one line each.
    pub fn find(mapping: &Mapping, header: Option<&[String]>) -> Result<Self, Vec<String>> {
        let (mut columns, mut missing) = (BTreeMap::new(), Vec::new());
        for required in [Field::Number, Field::Started] {
            if !mapping.contains_key(&required) {
                missing.push(format!("say which column is {0}: --map {0}=COLUMN", required.name()));
            }
        }
        for (field, Column(places)) in mapping {
            let found: Result<Vec<usize>, String> = places.iter().map(|place| place.find(header)).collect();
            match found {
                Ok(found) if found.is_empty() => missing.push(format!("{} names no column", field.name())),
                Ok(found) => drop(columns.insert(*field, found)),
                Err(why) => missing.push(format!("{}: {why}", field.name())),
            }
        }
        if missing.is_empty() { Ok(Self(columns)) } else { Err(missing) }
    }

    /// Whether a field has a column.
    pub fn has(&self, field: Field) -> bool {
        self.0.contains_key(&field)
    }

    /// What a record says of a field, without blanks around it; `None` if it says nothing.
    ///
    /// # Errors
    /// When the record ends before the column.
    pub fn text(&self, field: Field, record: &[String]) -> Result<Option<String>, String> {
        let mut texts = Vec::new();
        for &at in self.0.get(&field).into_iter().flatten() {
            let text = record.get(at).ok_or_else(|| {
                format!("has {} columns, but {} stands in column {}", record.len(), field.name(), at + 1)
            })?;
            texts.extend(Some(text.trim()).filter(|text| !text.is_empty()));
        }
        Ok(Some(texts.join(" ")).filter(|text| !text.is_empty()))
    }
}

impl Place {
    fn find(&self, header: Option<&[String]>) -> Result<usize, String> {
        match (self, header) {
            (Self::At(at), _) => at.checked_sub(1).ok_or_else(|| "columns are counted from 1".to_owned()),
            (Self::Named(name), None) => Err(format!("{name:?} is a name, but the file has no header")),
            (Self::Named(name), Some(header)) => {
                let is_it = |column: &&String| column.trim() == name.trim();
                let mut found = header.iter().enumerate().filter(|(_, column)| is_it(column));
                match (found.next(), found.next()) {
                    (Some((at, _)), None) => Ok(at),
                    (Some(_), Some(_)) => {
                        Err(format!("several columns are named {name:?}: write its number, as in #3"))
                    }
                    (None, _) => Err(format!("no column is named {name:?}; there are {}", header.join(", "))),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Column, Columns, Field, Mapping, Place, parse};

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn columns_are_found_by_name_and_by_number() {
        let mapping = parse("started=発信日+発信時刻, number=#3,caller=発信番号").expect("a mapping");
        let header = texts(&["発信日", " 発信時刻 ", "着信番号", "発信番号"]);
        let columns = Columns::find(&mapping, Some(&header)).expect("all there");
        let record = texts(&["2026/11/21", "14:30:05", " 050-3111-0001 ", ""]);
        assert_eq!(columns.text(Field::Started, &record), Ok(Some("2026/11/21 14:30:05".to_owned())));
        assert_eq!(columns.text(Field::Number, &record), Ok(Some("050-3111-0001".to_owned())));
        assert_eq!(columns.text(Field::Caller, &record), Ok(None));
        assert_eq!(columns.text(Field::Talk, &record), Ok(None));
        assert!(columns.text(Field::Caller, &record[..3]).is_err_and(|why| why.contains("has 3 columns")));
    }

    #[test]
    fn what_is_wrong_with_a_mapping_is_said() {
        for (text, said) in [
            ("started", "FIELD=COLUMN"),
            ("begin=a", "there are id, number"),
            ("started=a,started=b", "said twice"),
            ("started=", "is no column"),
            ("started=#0", "is no column"),
            ("started=#x", "is no column"),
        ] {
            assert!(parse(text).is_err_and(|why| why.contains(said)), "{text:?}");
        }
        let header = texts(&["開始", "番号", "番号"]);
        let missing = |text: &str, header: Option<&[String]>| {
            Columns::find(&parse(text).expect("a mapping"), header).expect_err("something is missing")
        };
        assert_eq!(missing("talk=#1", Some(&header)).len(), 2);
        assert!(missing("started=開始,number=番号", Some(&header))[0].contains("several columns"));
        assert!(missing("started=日時,number=#2", Some(&header))[0].contains("there are 開始, 番号, 番号"));
        assert!(missing("started=#1,number=番号", None)[0].contains("no header"));
    }

    #[test]
    fn a_mapping_travels_as_it_is() {
        let mapping = parse("started=a+#2,number=b").expect("a mapping");
        let json = serde_json::to_string(&mapping).expect("JSON");
        assert_eq!(json, r#"{"number":["b"],"started":["a",2]}"#);
        assert_eq!(serde_json::from_str::<Mapping>(&json).expect("the same"), mapping);
        assert_eq!(mapping[&Field::Number], Column(vec![Place::Named("b".to_owned())]));
    }
}

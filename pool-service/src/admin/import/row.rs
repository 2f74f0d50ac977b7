//! One line of a carrier's log as values. Pure.

use super::{
    columns::{Columns, Field},
    durations,
    moments::Moments,
    spelling::plain,
};
use crate::domain::{
    ids::CallId,
    number::TrackingNumber,
    time::{Span, Timestamp},
};
use std::fmt;

/// The longest text that is kept of a line.
const MAX_TEXT: usize = 2_000;

/// What one line says of a call that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) id: Option<CallId>,
    /// As it stands there: what it is, the call desk knows.
    pub(super) number: String,
    pub(super) caller: Option<String>,
    pub(super) began_at: Timestamp,
    pub(super) answered_at: Option<Timestamp>,
    pub(super) ended_at: Timestamp,
    pub(super) ring_seconds: Option<u64>,
    pub(super) talk_seconds: Option<u64>,
    pub(super) billable_seconds: Option<u64>,
    pub(super) destination: Option<String>,
    pub(super) cause: Option<String>,
    pub(super) recording: Option<String>,
    pub(super) outcome: Option<String>,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = |at: Timestamp| {
            let millis = i64::try_from(at.as_millis()).unwrap_or(i64::MAX);
            jiff::Timestamp::from_millisecond(millis).map_or_else(|_| String::from("?"), |at| at.to_string())
        };
        write!(f, "{} began {} ended {}", self.number, time(self.began_at), time(self.ended_at))?;
        match (self.answered_at, self.talk_seconds) {
            (None, _) => f.write_str(", not answered"),
            (Some(at), None) => write!(f, ", answered {}", time(at)),
            (Some(at), Some(talk)) => write!(f, ", answered {}, {talk} s of talk", time(at)),
        }
    }
}

/// Reads a line; `until`: nothing can have begun later.
///
/// # Errors
/// Why it is no call.
pub(super) fn read(columns: &Columns, moments: &Moments, until: Timestamp, record: &[String]) -> Result<Row, String> {
    let text = |field| columns.text(field, record);
    let moment = |field: Field| -> Result<Option<Timestamp>, String> {
        let Some(text) = text(field)?.filter(|text| !is_nothing(text)) else { return Ok(None) };
        let millis = moments.read(&text).map_err(|why| about(field, &text, &why))?;
        Ok(Some(Timestamp::from_millis(millis)))
    };
    let duration = |field: Field| -> Result<Option<u64>, String> {
        let Some(text) = text(field)? else { return Ok(None) };
        durations::read(&text).map_err(|why| about(field, &text, &why))
    };
    let short = |field: Field| -> Result<Option<String>, String> {
        let text = text(field)?;
        let is_long = text.as_ref().is_some_and(|text| text.chars().count() > MAX_TEXT);
        if is_long { Err(format!("{} is longer than {MAX_TEXT} characters", field.name())) } else { Ok(text) }
    };
    let number = text(Field::Number)?.ok_or("number is empty")?;
    TrackingNumber::parse(&number).map_err(|error| error.to_string())?;
    let began_at = moment(Field::Started)?.ok_or("started is empty")?;
    if began_at > until {
        return Err(format!("started {:?} lies ahead", text(Field::Started)?.unwrap_or_default()));
    }
    let (ring, talk) = (duration(Field::Ring)?, duration(Field::Talk)?);
    let lasted = Span::from_seconds(ring.unwrap_or(0) + talk.unwrap_or(0));
    let ended_at = moment(Field::Ended)?.unwrap_or(began_at + lasted);
    if ended_at < began_at {
        return Err("ended lies before started".to_owned());
    }
    let counted = talk.filter(|talk| *talk > 0).map(|talk| (ended_at - Span::from_seconds(talk)).max(began_at));
    let id = short(Field::Id)?.map(|id| CallId::parse(&id).map_err(|error| error.to_string())).transpose()?;
    Ok(Row {
        id,
        number,
        caller: short(Field::Caller)?,
        began_at,
        answered_at: moment(Field::Answered)?.map(|at| at.clamp(began_at, ended_at)).or(counted),
        ended_at,
        ring_seconds: ring,
        talk_seconds: talk,
        billable_seconds: duration(Field::Billable)?,
        destination: short(Field::Destination)?,
        cause: short(Field::Cause)?,
        recording: short(Field::Recording)?,
        outcome: short(Field::Outcome)?,
    })
}

/// How carriers write that there is none, as of the answer to a call that nobody answered.
fn is_nothing(text: &str) -> bool {
    plain(text).chars().all(|c| c == '-')
}

fn about(field: Field, text: &str, why: &str) -> String {
    let text: String = text.chars().take(40).collect();
    format!("{} {text:?} {why}", field.name())
}

#[cfg(test)]
mod tests {
    use super::{
        super::{columns, moments::Moments},
        Columns, Row, Timestamp, read,
    };

    const HEADER: [&str; 6] = ["受付番号", "着信番号", "発信番号", "開始", "呼出", "通話"];

    fn row(record: [&str; 6]) -> Result<Row, String> {
        let owned = |texts: [&str; 6]| texts.map(str::to_owned);
        let mapping = "id=受付番号,number=着信番号,caller=発信番号,started=開始,ring=呼出,talk=通話";
        let mapping = columns::parse(mapping).expect("a mapping");
        let columns = Columns::find(&mapping, Some(&owned(HEADER))).expect("all there");
        let moments = Moments::new(Some("Asia/Tokyo"), None).expect("a zone");
        let until = Timestamp::from_millis(1_795_239_000_000);
        read(&columns, &moments, until, &owned(record))
    }

    #[test]
    fn a_line_says_when_it_rang_when_it_was_answered_and_when_it_ended() {
        let row = row(["A-1", "050-3111-0001", "090-1234-5678", "2026/11/20 14:30:05", "10", "1:15"]).expect("a call");
        let began = row.began_at.as_millis();
        assert_eq!((row.ring_seconds, row.talk_seconds), (Some(10), Some(75)));
        assert_eq!(row.answered_at, Some(Timestamp::from_millis(began + 10_000)));
        assert_eq!(row.ended_at, Timestamp::from_millis(began + 85_000));
        assert_eq!(row.id.as_ref().map(crate::domain::ids::CallId::as_str), Some("A-1"));
    }

    #[test]
    fn a_call_that_nobody_answered_has_no_answer() {
        for talk in ["", "0", "0:00:00", "-"] {
            let row = row(["", "050-3111-0001", "", "2026/11/20 14:30:05", "20", talk]).expect("a call");
            assert_eq!((row.answered_at, row.id, row.caller), (None, None, None), "{talk:?}");
        }
    }

    #[test]
    fn a_dash_is_no_moment() {
        let mapping = columns::parse("number=#1,started=#2,answered=#3,ended=#4").expect("a mapping");
        let columns = Columns::find(&mapping, None).expect("all there");
        let moments = Moments::new(Some("Asia/Tokyo"), None).expect("a zone");
        let until = Timestamp::from_millis(1_795_239_000_000);
        let record = ["050-3111-0001", "2026/11/20 14:30:05", "-", "－－"].map(str::to_owned);
        let row = read(&columns, &moments, until, &record).expect("a call");
        assert_eq!((row.answered_at, row.ended_at), (None, row.began_at));
        let nowhen = ["050-3111-0001", "-", "", ""].map(str::to_owned);
        assert_eq!(read(&columns, &moments, until, &nowhen), Err("started is empty".to_owned()));
    }

    #[test]
    fn what_is_wrong_with_a_line_is_said_with_the_columns_name() {
        let good = ["A-1", "050-3111-0001", "090-1234-5678", "2026/11/20 14:30:05", "10", "1:15"];
        for (at, text, said) in [
            (0, "A 1", "call id"),
            (1, "", "number is empty"),
            (1, "5031110001", "must start with 0"),
            (3, "", "started is empty"),
            (3, "tomorrow", "started \"tomorrow\" is no moment"),
            (3, "2036/11/20 14:30:05", "lies ahead"),
            (4, "ten", "ring \"ten\" is no duration"),
            (5, "1:75", "talk \"1:75\" is no duration"),
        ] {
            let mut record = good;
            record[at] = text;
            let why = row(record).expect_err(text);
            assert!(why.contains(said), "{why}");
        }
    }
}

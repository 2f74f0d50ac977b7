//! A file, from its first byte to its last: whoever has the calls gives them one by one and passes on the bytes.

use super::{
    Conversion, Target, google_ads, microsoft, salesforce_task,
    select::{Chosen, select},
    tally::{LeftOut, Tally},
    yahoo,
    zone::FileZone,
};
use crate::domain::{call::Call, ids::SiteId, report::filter::Range, time::Timestamp, zone::Zone};
use csv::{QuoteStyle, Terminator, WriterBuilder};
use std::collections::{BTreeMap, HashSet};

/// How lines are written.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// All cells are quoted; else those that need it.
    pub quotes_all: bool,
    /// Lines end with CR and LF; else with LF.
    pub is_crlf: bool,
}

/// What a file is of.
#[derive(Clone, Debug)]
pub struct Settings {
    /// For whom.
    pub target: Target,
    /// What is told of the calls of each site; all of this target.
    pub conversions: BTreeMap<SiteId, Vec<Conversion>>,
    /// The zone of its times, where the target leaves a choice.
    pub zone: Zone,
    /// Of which calls.
    pub range: Range,
    /// The moment at which ages are measured.
    pub now: Timestamp,
}

/// A file that is being written.
#[derive(Debug)]
pub struct Export {
    settings: Settings,
    zone: FileZone,
    columns: google_ads::Columns,
    /// Id, name and second of what was told in the last second.
    told: HashSet<(String, String)>,
    told_at: Timestamp,
    tally: Tally,
}

/// A whole file, and what stands in it.
pub fn file<'a>(settings: Settings, calls: impl IntoIterator<Item = &'a Call>) -> (Vec<u8>, Tally) {
    let mut export = Export::new(settings);
    let mut bytes = export.head();
    for call in calls {
        export.add(call, &mut bytes);
    }
    (bytes, export.tally)
}

impl Export {
    /// Begins a file.
    pub fn new(settings: Settings) -> Self {
        let Settings { target, zone, range, conversions, .. } = &settings;
        let zone = match target {
            Target::GoogleAds => FileZone::named(zone, *range),
            Target::Microsoft => FileZone::offset(zone, range.from),
            Target::Yahoo | Target::YahooDisplay => FileZone::japan(),
            Target::SalesforceTask => FileZone::for_people(zone),
        };
        let columns = google_ads::Columns::wanted(conversions.values().flatten());
        Self { settings, zone, columns, told: HashSet::new(), told_at: Timestamp::ZERO, tally: Tally::default() }
    }

    /// What stands before the first conversion.
    pub fn head(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self.settings.target {
            Target::GoogleAds => lines(google_ads::DIALECT, google_ads::head(&self.columns, &self.zone), &mut out),
            Target::Yahoo => lines(yahoo::DIALECT, [yahoo::head(false)], &mut out),
            Target::YahooDisplay => lines(yahoo::DIALECT, [yahoo::head(true)], &mut out),
            Target::Microsoft => lines(microsoft::DIALECT, microsoft::head(&self.zone), &mut out),
            Target::SalesforceTask => lines(salesforce_task::DIALECT, [salesforce_task::head()], &mut out),
        }
        out
    }

    /// Adds a call, or counts why it is left out. Calls come in the order in which they began.
    pub fn add(&mut self, call: &Call, out: &mut Vec<u8>) {
        let conversions = call.site.as_ref().and_then(|site| self.settings.conversions.get(site));
        for conversion in conversions.into_iter().flatten() {
            match select(conversion, call, self.settings.now) {
                Err(reason) => self.tally.leave_out(reason),
                // No platform takes the same id with the same name and second twice. Nothing is shifted: the next file
                // must say the same of the same call.
                Ok(chosen) if !is_new(&mut self.told, &mut self.told_at, &chosen) => {
                    self.tally.leave_out(LeftOut::Duplicate);
                }
                Ok(chosen) => {
                    self.tally.told += 1;
                    write(&self.columns, &self.zone, &chosen, out);
                }
            }
        }
    }

    /// What stands in the file, and what does not.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// What the file is of.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}

/// Whether nothing like it was told; calls of a second come one after the other, so that no more needs to be remembered.
fn is_new(told: &mut HashSet<(String, String)>, told_at: &mut Timestamp, chosen: &Chosen<'_>) -> bool {
    if *told_at != chosen.at {
        told.clear();
        *told_at = chosen.at;
    }
    told.insert((chosen.id.value.to_owned(), chosen.conversion.name.clone()))
}

fn write(columns: &google_ads::Columns, zone: &FileZone, chosen: &Chosen<'_>, out: &mut Vec<u8>) {
    match chosen.conversion.target {
        Target::GoogleAds => lines(google_ads::DIALECT, [google_ads::row(columns, chosen, zone)], out),
        Target::Yahoo => lines(yahoo::DIALECT, [yahoo::row(false, chosen, zone)], out),
        Target::YahooDisplay => lines(yahoo::DIALECT, [yahoo::row(true, chosen, zone)], out),
        Target::Microsoft => lines(microsoft::DIALECT, [microsoft::row(chosen, zone)], out),
        Target::SalesforceTask => lines(salesforce_task::DIALECT, [salesforce_task::row(chosen, zone)], out),
    }
}

fn lines<C: AsRef<[u8]>>(dialect: Dialect, lines: impl IntoIterator<Item = Vec<C>>, out: &mut Vec<u8>) {
    let mut writer = WriterBuilder::new()
        .quote_style(if dialect.quotes_all { QuoteStyle::Always } else { QuoteStyle::Necessary })
        .terminator(if dialect.is_crlf { Terminator::CRLF } else { Terminator::Any(b'\n') })
        .flexible(true)
        .buffer_capacity(1_024)
        .from_writer(out);
    for cells in lines {
        // Memory always takes what is written to it.
        let _ = writer.write_record(cells);
    }
    let _ = writer.flush();
}

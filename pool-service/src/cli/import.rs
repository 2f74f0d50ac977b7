//! `hatsuban calls import`: options of the command line.

use crate::admin::{
    Command,
    import::{
        Wanted,
        columns::{self, Field, Mapping},
        encoding::Encoding,
        form::{self, Form},
    },
};
use clap::Args;
use std::path::{Path, PathBuf};

/// Which log, and how it is written.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// The carrier's log, on the machine where the service runs: a table, one call a line
    file: PathBuf,
    /// The call system's name in records, as in carrier-x
    #[arg(long, value_name = "NAME")]
    source: String,
    #[arg(long, value_name = "FIELD=COLUMN,…", value_parser = columns::parse, help = map_help())]
    map: Vec<Mapping>,
    #[arg(
        long,
        value_name = "FILE",
        help = "A TOML file that says the same: zone, time_format, encoding, delimiter, skip_lines, header, [columns]"
    )]
    map_file: Option<PathBuf>,
    /// The IANA zone of moments that do not say it themselves, as in Asia/Tokyo
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// How moments are written, as in "%Y/%m/%d %H:%M:%S"; else the usual ways are tried
    #[arg(long, value_name = "FORMAT")]
    time_format: Option<String>,
    #[arg(
        long,
        value_name = "NAME",
        default_value = "auto",
        value_parser = encoding,
        help = "utf-8, cp932 (Shift_JIS), or auto"
    )]
    encoding: Chosen,
    /// What stands between fields: , ; or tab
    #[arg(long, value_name = "CHARACTER", value_parser = form::delimiter)]
    delimiter: Option<char>,
    /// Lines before the header that say something else
    #[arg(long, value_name = "COUNT")]
    skip_lines: Option<u64>,
    /// The first line is a call already: columns are named by number, as in number=#3
    #[arg(long)]
    no_header: bool,
    /// Only say what would be kept
    #[arg(long)]
    dry_run: bool,
    /// Where lines go that cannot be read: number, reason, and the line as it was; a file that is there is replaced
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
}

/// An encoding, or none: that is found out.
#[derive(Clone, Copy, Debug)]
struct Chosen(Option<Encoding>);

impl Import {
    /// What to tell the running service.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub(super) fn command(&self) -> Result<Command, String> {
        let mut form = match &self.map_file {
            None => Form::default(),
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
                Form::parse(&text).map_err(|why| format!("{}: {why}", path.display()))?
            }
        };
        form.columns.extend(self.map.iter().flatten().map(|(field, column)| (*field, column.clone())));
        form.zone = self.zone.clone().or(form.zone);
        form.time_format = self.time_format.clone().or(form.time_format);
        form.encoding = self.encoding.0.or(form.encoding);
        form.delimiter = self.delimiter.unwrap_or(form.delimiter);
        form.skip_lines = self.skip_lines.unwrap_or(form.skip_lines);
        form.header &= !self.no_header;
        let errors = self.errors.as_deref().map(absolute).transpose()?;
        let (file, source) = (absolute(&self.file)?, self.source.clone());
        Ok(Command::ImportCalls(Wanted { file, source, form, dry_run: self.dry_run, errors }))
    }
}

/// The service may run in another directory.
fn absolute(path: &Path) -> Result<PathBuf, String> {
    std::path::absolute(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn encoding(text: &str) -> Result<Chosen, String> {
    Encoding::parse(text).map(Chosen)
}

fn map_help() -> String {
    let fields = Field::ALL.map(Field::name).join(", ");
    format!(
        "Which column says what, by its name in the header or its number: started=開始日時,number=#3; two that are read \
         together: started=発信日+発信時刻. Fields: {fields}"
    )
}

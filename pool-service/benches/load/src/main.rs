//! Asks a pool service as fast as it answers, over HTTP/1.1 connections that stay open, one request at a time on each:
//! the counterpart of `redis-benchmark -c 64 -P 1`.
//!
//! Not for anybody but `../pool.mjs`, which reads the one line of JSON that this prints. It writes ready-made requests and
//! looks only at status, length and one expected text of each answer, on one thread, so that it takes little of a
//! processor that it shares with what it measures.
//!
//! ```text
//! pool-load bare   ADDRESS CONNECTIONS REQUESTS ORIGIN SITE TARGET SESSION_PREFIX   a lease without a visitor
//! pool-load lease  ADDRESS CONNECTIONS REQUESTS ORIGIN SITE TARGET SESSION_PREFIX
//! pool-load lookup ADDRESS CONNECTIONS REQUESTS TOKEN FIRST_NUMBER NUMBERS
//! pool-load route  ADDRESS CONNECTIONS REQUESTS TOKEN FIRST_NUMBER NUMBERS CALL_PREFIX
//! ```
//! With `@N` as the last argument, `N` requests a second are due, and the time of each is counted from the moment at which it was
//! due: one that had to wait for a connection was slow.

mod connection;
mod request;

use connection::Connection;
use request::Requests;
use std::{
    cell::Cell,
    env,
    error::Error,
    io,
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::{task::LocalSet, time::sleep_until};

type Failure = Box<dyn Error>;

/// What one connection found.
#[derive(Default)]
struct Tally {
    took_us: Vec<u64>,
    unexpected: u64,
    /// Calls that went to the static destination, since the store took too long.
    statics: u64,
    example: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [kind, address, connections, count, rest @ ..] = arguments.as_slice() else {
        return Err("the head of this program's source says what it wants".into());
    };
    let (rest, interval) = match rest.split_last().and_then(|(last, rest)| Some((rest, last.strip_prefix('@')?))) {
        Some((rest, per_second)) => (rest, Some(Duration::from_secs_f64(1.0 / per_second.parse::<f64>()?))),
        None => (rest, None),
    };
    let requests = Rc::new(Requests::read(kind, address, rest)?);
    let (connections, count) = (connections.parse::<usize>()?, count.parse::<u64>()?);
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(Connection::open(address).await?);
    }
    let next = Rc::new(Cell::new(0));
    let began = Instant::now();
    let tasks = LocalSet::new();
    let running: Vec<_> = open
        .into_iter()
        .map(|connection| {
            tasks.spawn_local(ask(
                connection,
                Rc::clone(&requests),
                Rc::clone(&next),
                count,
                interval.map(|interval| (began, interval)),
            ))
        })
        .collect();
    tasks.await;
    let seconds = began.elapsed().as_secs_f64();
    let mut total = Tally::default();
    for task in running {
        let tally = task.await??;
        total.took_us.extend(tally.took_us);
        total.unexpected += tally.unexpected;
        total.statics += tally.statics;
        total.example = total.example.or(tally.example);
    }
    report(&mut total, seconds);
    Ok(())
}

/// Asks until `count` requests have been sent by all connections together; each when it is due, if there is a `pace`.
async fn ask(
    mut connection: Connection,
    requests: Rc<Requests>,
    next: Rc<Cell<u64>>,
    count: u64,
    pace: Option<(Instant, Duration)>,
) -> io::Result<Tally> {
    let mut tally = Tally::default();
    let mut text = String::new();
    loop {
        let number = next.get();
        if number >= count {
            return Ok(tally);
        }
        next.set(number + 1);
        requests.write(number, &mut text);
        let sent = match pace {
            Some((began, interval)) => {
                let due = began + interval.mul_f64(number as f64);
                sleep_until(due.into()).await;
                due
            }
            None => Instant::now(),
        };
        let answer = connection.exchange(text.as_bytes()).await?;
        tally.took_us.push(u64::try_from(sent.elapsed().as_micros()).unwrap_or(u64::MAX));
        tally.statics += u64::from(Requests::is_static(answer));
        if !requests.expects(answer) {
            tally.unexpected += 1;
            tally.example.get_or_insert_with(|| String::from_utf8_lossy(answer).into_owned());
        }
    }
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this is what the program is for")]
fn report(total: &mut Tally, seconds: f64) {
    total.took_us.sort_unstable();
    let count = total.took_us.len();
    let at = |part: usize| total.took_us.get(count * part / 1_000).map_or(0.0, |us| *us as f64 / 1_000.0);
    let (p50, p99, p999, unexpected, statics) = (at(500), at(990), at(999), total.unexpected, total.statics);
    let per_second = count as f64 / seconds;
    println!(
        r#"{{"requests":{count},"per_second":{per_second:.0},"p50_ms":{p50:.3},"p99_ms":{p99:.3},"p999_ms":{p999:.3},"unexpected":{unexpected},"static":{statics}}}"#
    );
    if let Some(example) = &total.example {
        eprintln!("an answer that was not expected: {example}");
    }
}

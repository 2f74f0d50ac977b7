//! A file as long as it gets: a short one with all headers, a long one as it is made, in bounded memory.

use crate::{admin::conversions::Run, domain::conversion::tally::Tally, store::StoreError};
use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Response},
};
use hyper::body::Frame;
use std::{
    pin::Pin,
    task::{Context, Poll},
};
use tokio::sync::mpsc;

/// How many conversions stand in the file.
const CONVERSIONS: HeaderName = HeaderName::from_static("x-hatsuban-conversions");
/// How many calls do not, by reason.
const LEFT_OUT: HeaderName = HeaderName::from_static("x-hatsuban-left-out");

/// A file up to this length is made before its first byte is sent, so that its headers can say what was left out.
const SHORT: usize = 1_024 * 1_024;
/// Pieces of a longer one that wait to be sent.
const WAITING: usize = 4;

/// The answer with a file.
///
/// # Errors
/// When the store does not answer before anything was sent; afterwards the connection breaks, so that no half file is
/// taken for a whole one.
pub(super) async fn response(mut run: Run) -> Result<Response, StoreError> {
    let mut start = Vec::new();
    while start.len() <= SHORT {
        match run.next().await? {
            Some(piece) => start.extend(piece),
            None => {
                let mut response = Body::from(start).into_response();
                response.headers_mut().extend(told(run.tally()));
                return Ok(response);
            }
        }
    }
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::spawn(send(start, run, sender));
    let mut response = Body::new(Pieces(receiver)).into_response();
    let trailers = HeaderValue::from_static("x-hatsuban-conversions, x-hatsuban-left-out");
    response.headers_mut().insert(header::TRAILER, trailers);
    Ok(response)
}

async fn send(start: Vec<u8>, mut run: Run, sender: mpsc::Sender<Result<Frame<Bytes>, StoreError>>) {
    let mut piece = start;
    loop {
        if !piece.is_empty() && sender.send(Ok(Frame::data(piece.into()))).await.is_err() {
            // Whoever asked hung up.
            return;
        }
        let last = match run.next().await {
            Ok(Some(next)) => {
                piece = next;
                continue;
            }
            Ok(None) => Ok(Frame::trailers(told(run.tally()))),
            Err(error) => {
                tracing::warn!(%error, "a file of conversions was cut off");
                Err(error)
            }
        };
        let _ = sender.send(last).await;
        return;
    }
}

fn told(tally: &Tally) -> HeaderMap {
    let left_out = HeaderValue::from_str(&tally.to_string());
    let mut headers = HeaderMap::from_iter([(CONVERSIONS, HeaderValue::from(tally.told))]);
    headers.extend(left_out.ok().map(|left_out| (LEFT_OUT, left_out)));
    headers
}

/// A body that grows while the file is made.
struct Pieces(mpsc::Receiver<Result<Frame<Bytes>, StoreError>>);

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = StoreError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, StoreError>>> {
        self.0.poll_recv(cx)
    }
}

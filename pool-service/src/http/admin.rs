//! The admin socket: `POST /admin` takes one command, and answers with lines of JSON while it is carried out.
//!
//! Whoever can open the socket may do everything: its file belongs to the user that runs the service, mode 0600.

use super::problem::{Answer, INVALID_REQUEST, NOT_FOUND};
use crate::{
    admin::{Command, Office, Refused},
    domain::audit::Actor,
};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use hyper::body::Frame;
use serde::{Deserialize, Serialize};
use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tokio::sync::mpsc;

/// A document with millions of numbers, each on its own line.
const MAX_COMMAND_BYTES: usize = 512 * 1024 * 1024;

/// A command, and who gives it. Whoever can open the socket could do everything without it: they are believed.
#[derive(Debug, Serialize, Deserialize)]
pub struct Order {
    /// Who.
    pub by: Actor,
    /// What.
    pub command: Command,
}

/// One line of the answer; the last one is not progress.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// It is still going on.
    Progress(String),
    /// It is done; these are the lines of the answer.
    Done(Vec<String>),
    /// It makes no sense; one line for each thing that is wrong.
    Invalid(Vec<String>),
    /// It went wrong.
    Failed(String),
}

/// The routes of the admin socket.
pub fn router(office: Arc<Office>) -> Router {
    Router::new()
        .route("/admin", post(command))
        .route("/healthz", get(async || "ok\n"))
        .fallback(async || NOT_FOUND.because("This socket takes POST /admin."))
        .with_state(office)
}

async fn command(State(office): State<Arc<Office>>, body: Body) -> Answer<Response> {
    let bytes = axum::body::to_bytes(body, MAX_COMMAND_BYTES).await;
    let bytes = bytes.map_err(|error| INVALID_REQUEST.because(error.to_string()))?;
    let Order { by, command } =
        serde_json::from_slice(&bytes).map_err(|error| INVALID_REQUEST.because(format!("{error}: other version?")))?;
    let (sender, receiver) = mpsc::unbounded_channel();
    // In a task of its own: a command runs to its end even if whoever gave it hangs up.
    tokio::spawn(async move {
        let progress = |text: String| send(&sender, &Line::Progress(text));
        let last = match office.carry_out(&command, &by, &progress).await {
            Ok(lines) => Line::Done(lines),
            Err(Refused::Invalid(lines) | Refused::Partly(_, lines)) => Line::Invalid(lines),
            Err(Refused::Store(error)) => Line::Failed(error.to_string()),
        };
        send(&sender, &last);
    });
    Ok(Body::new(Lines(receiver)).into_response())
}

fn send(sender: &mpsc::UnboundedSender<Bytes>, line: &Line) {
    let mut bytes = serde_json::to_vec(line).unwrap_or_default();
    bytes.push(b'\n');
    // Nobody listens any more: the command goes on.
    let _ = sender.send(bytes.into());
}

/// A body that grows while a command is carried out.
struct Lines(mpsc::UnboundedReceiver<Bytes>);

impl hyper::body::Body for Lines {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(cx).map(|line| line.map(|line| Ok(Frame::data(line))))
    }
}

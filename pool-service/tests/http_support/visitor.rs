//! Visitors at addresses of their own: HTTP/1.1 over loopback connections that stay open.

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, Request, StatusCode},
};
use http_body_util::BodyExt;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::{TcpSocket, TcpStream};

/// One connection of a visitor's browser.
pub struct Visitor {
    sender: SendRequest<Body>,
}

/// Connects from a loopback address.
pub async fn connect_from(address: Ipv4Addr, authority: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(SocketAddr::new(address.into(), 0)).expect("a loopback address");
    socket.connect(authority.parse().expect("an address")).await.expect("a connection")
}

impl Visitor {
    /// A visitor at this address.
    pub async fn at(address: Ipv4Addr, authority: &str) -> Self {
        let (sender, connection) =
            handshake(TokioIo::new(connect_from(address, authority).await)).await.expect("HTTP/1.1");
        tokio::spawn(connection);
        Self { sender }
    }

    /// Whether the service has closed the connection, as far as this end knows.
    pub fn is_gone(&self) -> bool {
        self.sender.is_closed()
    }

    pub async fn send(&mut self, request: Request<Body>) -> (StatusCode, HeaderMap, Bytes) {
        self.sender.ready().await.expect("an open connection");
        let response = self.sender.send_request(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        (parts.status, parts.headers, body.collect().await.expect("a body").to_bytes())
    }

    /// Asks for a number of the clinic's main target; gives the row, or the problem.
    pub async fn lease(&mut self, session: &str) -> Value {
        let body = json!({"site": "st_clinic", "session": session, "leases": [{"target": "main"}]});
        let request = Request::post("/v1/leases").header("host", "numbers.example").header("origin", super::ORIGIN);
        let (status, _, bytes) = self.send(request.body(Body::from(body.to_string())).expect("a request")).await;
        let mut answer: Value = serde_json::from_slice(&bytes).expect("JSON");
        if status == 200 { answer["leases"][0].take() } else { answer }
    }
}

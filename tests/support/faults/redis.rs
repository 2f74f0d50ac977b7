//! A Redis server that can be killed, paused and filled up, with two copies of the service's store on it, behind a network
//! that can break.

use super::{
    plan::{Fault, Stroke},
    proxy::Proxy,
};
use pool_service::store::{
    Store,
    clock::ManualClock,
    redis::{RedisClock, RedisStore},
};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::Arc,
};
use tempfile::TempDir;

/// Starts a server, says its process id first and then all that it logs, and kills it when the pipe closes: also when
/// the test process is killed. Only the server holds the pipe that it logs to, which ends with it.
const SCRIPT: &str = r#"exec 3<&0; redis-server "$@" </dev/null & server=$!; echo "$server"; exec >&-; cat <&3 >/dev/null; kill -9 $server 2>/dev/null"#;

pub(super) struct OnRedis {
    server: Option<Server>,
    port: u16,
    proxy: Proxy,
    clock: ManualClock,
    stores: [Arc<dyn Store>; 2],
    directory: TempDir,
}

struct Server {
    shell: Child,
    process: String,
}

impl Server {
    /// `None` if it ends again, as when somebody else has the port.
    fn start(port: u16, directory: &TempDir) -> Option<Self> {
        let (port, directory) = (port.to_string(), directory.path().display().to_string());
        // What was acknowledged must survive a kill: written before the answer goes out. It need not reach the disk, which
        // takes longer than a store waits when others use it, too.
        let persistence = ["--save", "", "--appendonly", "yes", "--appendfsync", "no"];
        let shell = Command::new("sh")
            .args(["-c", SCRIPT, "sh", "--port", &port, "--bind", "127.0.0.1", "--dir", &directory])
            .args(persistence)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let mut server = Self { shell, process: String::new() };
        let mut lines =
            BufReader::new(server.shell.stdout.take().expect("piped")).lines().map(|line| line.expect("a line"));
        let (mut process, mut is_ready) = (None, false);
        // The shell and the server write as they please.
        while process.is_none() || !is_ready {
            let line = lines.next()?;
            is_ready |= line.contains("Ready to accept connections");
            process = process.or_else(|| line.parse::<u32>().ok().map(|_| line));
        }
        server.process = process.expect("a process id");
        // It goes on logging into the pipe, which must not fill up.
        std::thread::spawn(move || lines.for_each(drop));
        Some(server)
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.process]).status();
        assert!(sent.expect("kill runs").success(), "signal {name}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

impl OnRedis {
    pub(super) async fn start(clock: ManualClock) -> Self {
        let directory = TempDir::new().expect("a directory");
        // Free when it is chosen; another process may be quicker.
        let started = (0..5).find_map(|_| {
            let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
            Server::start(port, &directory).map(|server| (port, server))
        });
        let (port, server) = started.expect("redis-server does not start: is it installed?");
        let proxy = Proxy::to(port).await;
        let stores = [connect(&proxy, &clock).await, connect(&proxy, &clock).await];
        Self { server: Some(server), port, proxy, clock, stores, directory }
    }

    pub(super) fn store(&self, copy: usize) -> Arc<dyn Store> {
        Arc::clone(&self.stores[copy % self.stores.len()])
    }

    pub(super) async fn strike(&mut self, stroke: Stroke) {
        match (stroke.fault, stroke.begins) {
            (Fault::KillRedis, true) => {
                if let Some(server) = self.server.take() {
                    server.signal("KILL");
                }
            }
            (Fault::KillRedis, false) => {
                self.server = Some(Server::start(self.port, &self.directory).expect("its port is still free"));
            }
            (Fault::PauseRedis, begins) => {
                self.server.as_ref().expect("a server").signal(if begins { "STOP" } else { "CONT" });
            }
            (Fault::CutNetwork, begins) => self.proxy.cut(begins),
            (Fault::LoseAnswers, true) => self.proxy.lose_answers(1 + stroke.size % 4),
            (Fault::LoseAnswers, false) => self.proxy.lose_answers(0),
            (Fault::FullMemory, true) => self.command("CONFIG SET maxmemory 1"),
            (Fault::FullMemory, false) => self.command("CONFIG SET maxmemory 0"),
            (Fault::FlushScripts, true) => self.command("SCRIPT FLUSH SYNC"),
            (Fault::RestartService, true) => {
                self.stores[stroke.size as usize % 2] = connect(&self.proxy, &self.clock).await;
            }
            (Fault::FlushScripts | Fault::RestartService, false) | (Fault::ClockBack, _) => {}
        }
    }

    fn command(&self, command: &str) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("a connection");
        stream.write_all(format!("{command}\r\n").as_bytes()).expect("written");
        let mut answer = [0; 5];
        stream.read_exact(&mut answer).expect("an answer");
        assert_eq!(&answer, b"+OK\r\n", "{command}");
    }
}

async fn connect(proxy: &Proxy, clock: &ManualClock) -> Arc<dyn Store> {
    let url = format!("redis://{}/", proxy.address());
    Arc::new(RedisStore::connect(&url, "faults", RedisClock::Manual(clock.clone())).await.expect("a store"))
}

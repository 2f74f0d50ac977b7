//! A Redis server of the tests' own.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::{OnceLock, mpsc},
    thread,
    time::{Duration, Instant},
};

/// Nothing here takes longer, unless it never comes.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running server. Ends with its value, and with the test process however that ends: a shell waits for the pipe to
/// close and cleans up, which needs no destructor.
pub(crate) struct RedisServer {
    port: u16,
    shell: Child,
    _directory: tempfile::TempDir,
}

impl RedisServer {
    /// The server that all tests of a binary share. They keep apart by random prefixes.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<RedisServer> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(&[]))
    }

    /// Starts a server on a free port.
    pub(crate) fn start(options: &[&str]) -> Self {
        started(|| Self::start_on(free_port(), options))
    }

    /// Starts a node of a cluster that does not know the others yet.
    pub(crate) fn start_node(options: &[&str]) -> (Self, u16) {
        started(|| {
            let bus = free_port();
            let bus_port = bus.to_string();
            let mut all =
                vec!["--cluster-enabled", "yes", "--cluster-port", &bus_port, "--cluster-node-timeout", "2000"];
            all.extend_from_slice(options);
            Self::start_on(free_port(), &all).map(|node| (node, bus))
        })
    }

    /// Starts a sentinel that watches a primary under the name `main`. It replaces none by itself, however slow the machine makes
    /// one, before [`Self::replace_the_dead`].
    pub(crate) fn start_sentinel(primary: &Self) -> Self {
        Self::start_sentinel_of(primary.port, "")
    }

    /// The same of a primary that is reached by this port, with more settings.
    pub(crate) fn start_sentinel_of(watched: u16, more: &str) -> Self {
        started(|| {
            let port = free_port();
            let directory = tempfile::tempdir().expect("a directory");
            let settings = format!(
                "port {port}\nbind 127.0.0.1\n{more}\nsentinel monitor main 127.0.0.1 {watched} 1\n\
                 sentinel down-after-milliseconds main 600000\nsentinel failover-timeout main 10000\n"
            );
            std::fs::write(directory.path().join("sentinel.conf"), settings).expect("a file");
            Self::launch(port, directory, &["sentinel.conf", "--sentinel"])
        })
    }

    /// From now on the sentinel replaces a primary that does not answer.
    pub(crate) fn replace_the_dead(&self) {
        self.obey("SENTINEL SET main down-after-milliseconds 300");
    }

    /// Starts a server on this port; `None` if it ends again, as when somebody else has the port.
    pub(crate) fn start_on(port: u16, options: &[&str]) -> Option<Self> {
        let port_text = port.to_string();
        let mut all = vec!["--port", &port_text, "--save", "", "--appendonly", "no", "--bind", "127.0.0.1"];
        all.extend_from_slice(options);
        Self::launch(port, tempfile::tempdir().expect("a directory"), &all)
    }

    fn launch(port: u16, directory: tempfile::TempDir, arguments: &[&str]) -> Option<Self> {
        // Only the server holds the pipe that it logs to: the pipe closes with the server.
        let script = r#""$(command -v redis-server)" "$@" 2>&1 & server=$!; exec >&-; cat >/dev/null; kill -9 $server; wait $server 2>/dev/null; rm -rf "$PWD""#;
        let shell = Command::new("sh")
            .args(["-c", script, "sh"])
            .args(arguments)
            .current_dir(directory.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut shell = shell.expect("a shell");
        let log = shell.stdout.take().expect("a pipe");
        let server = Self { port, shell, _directory: directory };
        let (tell, is_ready) = mpsc::channel();
        // Reads on to the end, so that the server never waits for the pipe.
        thread::spawn(move || {
            for line in BufReader::new(log).lines().map_while(Result::ok) {
                if line.contains("Ready to accept connections") || line.contains("+monitor master") {
                    // Nobody waits for the second of them.
                    let _ = tell.send(());
                }
            }
        });
        // An error says that the server ended: somebody else had the port.
        is_ready.recv_timeout(PATIENCE).ok().map(|()| server)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Runs one command and gives the raw answer.
    pub(crate) fn command(&self, command: &str) -> String {
        self.try_command(command).expect("an answer")
    }

    fn try_command(&self, command: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.write_all(format!("{command}\r\n").as_bytes())?;
        let mut answer = [0; 16_384];
        let length = stream.read(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer[..length]).into_owned())
    }

    /// Makes it a replica that has all that its primary has.
    pub(crate) fn replicate(&self, primary: &Self) {
        self.obey(&format!("REPLICAOF 127.0.0.1 {}", primary.port));
        self.wait_for("INFO replication", "master_link_status:up");
        self.catch_up(primary);
    }

    /// Waits until a replica has heard of everything that its primary wrote.
    pub(crate) fn catch_up(&self, primary: &Self) {
        let offset = |server: &Self| {
            let told = server.command("INFO replication");
            told.lines().find_map(|line| line.strip_prefix("master_repl_offset:").map(str::to_owned))
        };
        let written = offset(primary);
        wait_until("the replica caught up", || offset(self) >= written);
    }

    /// From here on a replica hears of nothing.
    pub(crate) fn cut_off(&self) {
        self.obey("REPLICAOF 127.0.0.1 1");
    }

    /// Makes a replica a primary.
    pub(crate) fn promote(&self) {
        self.obey("REPLICAOF NO ONE");
    }

    /// Runs a command that is answered by OK.
    pub(crate) fn obey(&self, command: &str) {
        let answer = self.command(command);
        assert!(answer.starts_with("+OK"), "{command}: {answer}");
    }

    /// Asks again and again until the answer contains this.
    pub(crate) fn wait_for(&self, command: &str, text: &str) {
        wait_until(text, || self.try_command(command).is_ok_and(|answer| answer.contains(text)));
    }

    /// Listens to what a command such as `MONITOR` or `SUBSCRIBE` goes on to tell, from now on.
    pub(crate) fn listen(&self, command: &str) -> Heard {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        stream.write_all(format!("{command}\r\n").as_bytes()).expect("sent");
        let mut heard = Heard(BufReader::new(stream));
        // What follows was told after this.
        heard.0.read_line(&mut String::new()).expect("an answer");
        heard
    }
}

/// What a server tells somebody who listens.
pub(crate) struct Heard(BufReader<TcpStream>);

impl Heard {
    /// Waits for a line that contains this.
    pub(crate) async fn until(mut self, text: &'static str) {
        let wait = move || {
            let mut line = String::new();
            while !line.to_lowercase().contains(text) {
                line.clear();
                let length =
                    self.0.read_line(&mut line).unwrap_or_else(|error| panic!("never heard {text:?}: {error}"));
                assert!(length > 0, "the server ended before it told {text:?}");
            }
        };
        tokio::task::spawn_blocking(wait).await.expect("heard");
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

/// Looks again and again, for at most twenty seconds: how far a replica or a cluster is, no server tells by itself.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "in vain waited for: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

fn started<T>(start: impl Fn() -> Option<T>) -> T {
    (0..5).find_map(|_| start()).expect("redis-server starts: is it installed?")
}

/// A port that nobody has now.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port()
}
